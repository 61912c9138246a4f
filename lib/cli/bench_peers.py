"""Times one training of a peer on the ratings that bench-peers.ts wrote; prints one JSON object.

Usage: bench_peers.py FOLDER PEER RANK ITERATIONS THREADS USERS ITEMS LAMBDA ALPHA
Seconds per iteration are what further iterations add to the first, so that loading and set-up do not count.
"""

import json
import os
import resource
import sys
import time

folder, peer, rank, iterations, threads, users, items, lam, alpha = sys.argv[1:]
rank, iterations, threads, users, items = int(rank), int(iterations), int(threads), int(users), int(items)
lam, alpha = float(lam), float(alpha)
for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
os.environ["OMP_NUM_THREADS"] = str(threads)

import numpy as np  # noqa: E402  after the thread settings, which it reads when it loads


def cpu():
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def column(name, kind):
    return np.fromfile(os.path.join(folder, name + ".bin"), kind)


user = column("users", np.uint32).astype(np.int32)
item = column("items", np.uint32).astype(np.int32)
rating = column("ratings", np.float32)


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
    from pyspark.ml.recommendation import ALS
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master(f"local[{threads}]")
        .config("spark.driver.memory", "8g")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    path = os.path.join(folder, "ratings.parquet")
    if not os.path.exists(path):
        import pandas

        pandas.DataFrame({"user": user, "item": item, "rating": rating}).to_parquet(path)
    frame = session.read.parquet(path).cache()
    frame.count()
    start = time.time()
    ALS(
        rank=rank, maxIter=n, regParam=0.1, userCol="user", itemCol="item", ratingCol="rating", seed=1,
        numUserBlocks=threads, numItemBlocks=threads,
    ).fit(frame)  # fmt: skip
    spark.seconds = time.time() - start
    return None


PEERS = {
    "implicit": implicit,
    "cmfrec implicit cg": lambda n: cmfrec(n, "implicit", True),
    "cmfrec explicit cg": lambda n: cmfrec(n, "explicit", True),
    "cmfrec explicit cholesky": lambda n: cmfrec(n, "explicit", False),
    "spark explicit": spark,
}


def timed(n):
    wall, used = time.time(), cpu()
    loss = PEERS[peer](n)
    return getattr(spark, "seconds", time.time() - wall), cpu() - used, loss


timed(1)  # imports, thread pools, page faults
first_wall, first_cpu, _ = timed(1)
wall, used, loss = timed(iterations)
print(
    json.dumps(
        {
            "secondsPerIteration": (wall - first_wall) / (iterations - 1),
            # Spark computes in another process, whose CPU time is not this one's.
            "cpuSecondsPerIteration": None if peer.startswith("spark") else (used - first_cpu) / (iterations - 1),
            "loss": loss() if loss else None,
        }
    )
)
