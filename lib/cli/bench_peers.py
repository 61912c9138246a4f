"""Times one training of a peer on the ratings that bench-peers.ts wrote; prints one JSON object.

Usage: bench_peers.py FOLDER PEER RANK ITERATIONS THREADS LAMBDA ALPHA
FOLDER holds a ratings.parquet with the columns userId, movieId and rating.
Seconds per iteration are what further iterations add to the first, so that loading and set-up do not count.
"""

import json
import os
import resource
import sys
import time

folder, peer, rank, iterations, threads, lam, alpha = sys.argv[1:]
rank, iterations, threads = int(rank), int(iterations), int(threads)
lam, alpha = float(lam), float(alpha)
for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
os.environ["OMP_NUM_THREADS"] = str(threads)

import numpy as np  # noqa: E402  after the thread settings, which it reads when it loads
import pyarrow.parquet  # noqa: E402


def own_cpu():
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def process_cpu(pid):
    """User and system seconds of another process that runs; None where the system does not tell."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


PARQUET = os.path.join(folder, "ratings.parquet")
if not peer.startswith("spark"):
    table = pyarrow.parquet.read_table(PARQUET, columns=["userId", "movieId", "rating"])
    user = np.unique(table["userId"].to_numpy(), return_inverse=True)[1].astype(np.int32)
    item = np.unique(table["movieId"].to_numpy(), return_inverse=True)[1].astype(np.int32)
    rating = table["rating"].to_numpy().astype(np.float32)
    users, items = int(user.max()) + 1, int(item.max()) + 1
    del table


def scores(p, q):
    out = np.empty(len(rating))
    for start in range(0, len(rating), 1_000_000):
        part = slice(start, start + 1_000_000)
        out[part] = np.einsum("ij,ij->i", p[user[part]], q[item[part]])
    return out


def squares(matrix):
    return float(np.sum(np.square(matrix)))


def implicit_loss(p, q):
    p, q = p.astype(np.float64), q.astype(np.float64)
    score = scores(p, q)
    fit = np.sum((p.T @ p) * (q.T @ q)) + np.sum((1 + alpha * rating) * (1 - score) ** 2 - score**2)
    return float(fit) + lam * (squares(p) + squares(q))


def explicit_loss(p, q, p_bias, q_bias, mean):
    p, q = p.astype(np.float64), q.astype(np.float64)
    error = rating - mean - p_bias[user] - q_bias[item] - scores(p, q)
    return float(np.sum(error**2)) + lam * (squares(p) + squares(q) + squares(p_bias) + squares(q_bias))


def implicit(n):
    import scipy.sparse as sparse
    from implicit.cpu.als import AlternatingLeastSquares

    matrix = sparse.csr_matrix((rating, (user, item)), shape=(users, items))
    model = AlternatingLeastSquares(
        factors=rank, regularization=lam, alpha=alpha, iterations=n, num_threads=threads, random_state=1
    )
    model.fit(matrix, show_progress=False)
    return lambda: implicit_loss(model.user_factors, model.item_factors)


def cmfrec(n, feedback, cg):
    import scipy.sparse as sparse
    from cmfrec import CMF, CMF_implicit

    matrix = sparse.coo_matrix((rating, (user, item)), shape=(users, items))
    common = dict(
        k=rank, lambda_=lam, use_cg=cg, max_cg_steps=3, finalize_chol=False, niter=n, nthreads=threads,
        precompute_for_predictions=False, verbose=False, use_float=True, random_state=1,
    )  # fmt: skip
    if feedback == "implicit":
        model = CMF_implicit(alpha=alpha, **common)
        model.fit(matrix)
        return lambda: implicit_loss(model.A_, model.B_)
    model = CMF(method="als", user_bias=True, item_bias=True, **common)
    model.fit(matrix)
    return lambda: explicit_loss(model.A_, model.B_, model.user_bias_, model.item_bias_, model.glob_mean_)


def spark(n):
    from pyspark import SparkContext
    from pyspark.ml.recommendation import ALS
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master(f"local[{threads}]")
        .config("spark.driver.memory", "8g")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    frame = session.read.parquet(PARQUET).selectExpr("int(userId)", "int(movieId)", "rating").cache()
    frame.count()
    # The work is done by the JVM, whose CPU time is not this process's.
    jvm = SparkContext._gateway.proc.pid
    start, used = time.time(), process_cpu(jvm)
    ALS(
        rank=rank, maxIter=n, regParam=0.1, userCol="userId", itemCol="movieId", ratingCol="rating", seed=1,
        numUserBlocks=threads, numItemBlocks=threads,
    ).fit(frame)  # fmt: skip
    return time.time() - start, None if used is None else process_cpu(jvm) - used, None


NATIVE = {
    "implicit": implicit,
    "cmfrec implicit cg": lambda n: cmfrec(n, "implicit", True),
    "cmfrec explicit cg": lambda n: cmfrec(n, "explicit", True),
    "cmfrec explicit cholesky": lambda n: cmfrec(n, "explicit", False),
}


def native(n):
    wall, used = time.time(), own_cpu()
    loss = NATIVE[peer](n)
    return time.time() - wall, own_cpu() - used, loss


timed = spark if peer == "spark explicit" else native
timed(1)  # imports, thread pools, page faults, just-in-time compilers
first_wall, first_cpu, _ = timed(1)
wall, used, loss = timed(iterations)
print(
    json.dumps(
        {
            "secondsPerIteration": (wall - first_wall) / (iterations - 1),
            "cpuSecondsPerIteration": None if used is None else (used - first_cpu) / (iterations - 1),
            # Spark has no biases: what it minimises cannot be compared.
            "loss": loss() if loss else None,
        }
    )
)
