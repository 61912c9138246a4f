"""Records test/als/goldens/native-als.json: factors that `implicit` and `cmfrec` solved exactly, for the same ratings.

Made once with implicit 0.7.3, cmfrec 3.5.1.post14, numpy 2.4.6 and scipy 1.17.1:

    python native_als.py > native-als.json

Each record holds both sides of a model whose last half-sweep solved `solved` with the other side fixed, so that one
exact half-sweep of another implementation from the same fixed side has to give the same rows.
"""

import json

import numpy as np
import scipy.sparse as sp
from cmfrec import CMF, CMF_implicit
from implicit.cpu.als import AlternatingLeastSquares

USERS, ITEMS, RANK, ALPHA = 24, 18, 5, 2.0
random = np.random.default_rng(7)
rated = random.random((USERS, ITEMS)) < 0.4
stars = np.where(rated, (1 + random.integers(0, 10, (USERS, ITEMS))) / 2, 0)
user, item = np.nonzero(rated)
rating = stars[user, item]


def listed(array):
    return [float(value) for value in np.asarray(array, dtype=np.float64).ravel()]


def record(name, feedback, solved, regularisation, user_factors, item_factors, **more):
    return dict(
        name=name,
        feedback=feedback,
        solved=solved,
        regularisation=regularisation,
        userFactors=listed(user_factors),
        itemFactors=listed(item_factors),
        **{key: listed(value) if np.ndim(value) else float(value) for key, value in more.items()},
    )


native = AlternatingLeastSquares(
    factors=RANK, regularization=0.7, alpha=1.0, iterations=4, use_cg=False, dtype=np.float64, random_state=3
)
native.fit(sp.csr_matrix((1 + ALPHA * rating, (user, item)), shape=(USERS, ITEMS)), show_progress=False)

ratings = sp.coo_matrix((rating, (user, item)), shape=(USERS, ITEMS))
common = dict(k=RANK, use_cg=False, niter=4, nthreads=1, use_float=False, verbose=False, random_state=3)
confidence = CMF_implicit(lambda_=0.7, alpha=ALPHA, precompute_for_predictions=False, **common).fit(ratings)
biased = CMF(
    lambda_=0.7, method="als", user_bias=True, item_bias=True, precompute_for_predictions=False, **common
).fit(ratings)

print(
    json.dumps(
        dict(
            users=USERS,
            items=ITEMS,
            rank=RANK,
            alpha=ALPHA,
            ratings=[[int(u), int(i), float(r)] for u, i, r in zip(user, item, rating)],
            models=[
                record("implicit", "implicit", "item", 0.7, native.user_factors, native.item_factors),
                record("cmfrec", "implicit", "user", 0.7, confidence.A_, confidence.B_),
                record(
                    "cmfrec",
                    "explicit",
                    "user",
                    0.7,
                    biased.A_,
                    biased.B_,
                    userBias=biased.user_bias_,
                    itemBias=biased.item_bias_,
                    globalMean=biased.glob_mean_,
                ),
            ],
        )
    )
)
