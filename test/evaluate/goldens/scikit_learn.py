"""Makes scikit-learn.json: metric values by an independent implementation, each with the input it was given.

    pip install scikit-learn==1.9.1 && python scikit_learn.py > scikit-learn.json

`stars` has one row per user and one column per item; 0 is an item without a held-out rating. `scores` are those
of an imagined model, all different, so that no tie is left to an implementation.
"""

import json

import numpy as np
from sklearn.metrics import (
    average_precision_score,
    mean_absolute_error,
    ndcg_score,
    r2_score,
    root_mean_squared_error,
)

USERS, ITEMS, RELEVANT_FROM = 6, 15, 4.0
rng = np.random.default_rng(20240131)
held_out = rng.random((USERS, ITEMS)) < 0.5
stars = np.where(held_out, rng.integers(1, 11, (USERS, ITEMS)) / 2, 0.0)
scores = rng.permuted(np.tile(np.arange(ITEMS) / ITEMS, (USERS, 1)), axis=1)
relevant = (stars >= RELEVANT_FROM).astype(float)
exponential = np.where(held_out, 2.0**stars - 1, 0.0)
given = stars[held_out]
predicted = np.clip(given + rng.normal(0, 0.8, given.shape), 0.5, 5.0)


def each_user(measure):
    return [float(measure(user)) for user in range(USERS)]


def ndcg(gains, k):
    return each_user(lambda user: ndcg_score(gains[[user]], scores[[user]], k=k))


print(
    json.dumps(
        {
            "relevantFrom": RELEVANT_FROM,
            "stars": stars.tolist(),
            "scores": scores.tolist(),
            "given": given.tolist(),
            "predicted": predicted.tolist(),
            "rmse": float(root_mean_squared_error(given, predicted)),
            "mae": float(mean_absolute_error(given, predicted)),
            "r2": float(r2_score(given, predicted)),
            "ndcg": {
                gain: {str(k): ndcg(gains, k) for k in (1, 3, 10, ITEMS)}
                for gain, gains in (("binary", relevant), ("linear", stars), ("exponential", exponential))
            },
            "averagePrecision": each_user(
                lambda user: average_precision_score(relevant[user], scores[user])
            ),
        },
        indent=1,
    )
)
