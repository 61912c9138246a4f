"""Makes recommenders.json: metric values by independent implementations, each with the input it was given.

    pip install recommenders==1.2.1 implicit==0.7.3 scikit-learn==1.9.1
    python recommenders_metrics.py > recommenders.json

Some users rate in train; each has a list of K items unseen there, of an imagined model, and the ratings of `test`.
`train`, `test` and `lists` hold user and item numbers from 0; every user has a relevant test rating, every item a
training rating, and no test rating is of an item seen in train.
"""

import json
import warnings

import numpy as np
import pandas as pd
from implicit.evaluation import ranking_metrics_at_k
from recommenders.evaluation import python_evaluation as reference
from scipy.sparse import csr_matrix
from sklearn.metrics import roc_auc_score

warnings.filterwarnings("ignore")
USERS, ITEMS, K, RELEVANT_FROM = 8, 24, 3, 4.0
COLUMNS = {"col_user": "user", "col_item": "item"}
RATED = {"col_rating": "rating", "col_prediction": "score"}
rng = np.random.default_rng(20180406)

part = rng.choice([0, 1, 2], size=(USERS, ITEMS), p=[0.4, 0.3, 0.3])
part[np.arange(ITEMS) % USERS, np.arange(ITEMS)] = 1
stars = rng.integers(1, 11, (USERS, ITEMS)) / 2
for user in range(USERS):
    part[user, rng.choice(np.flatnonzero(part[user] != 1))] = 2
    stars[user, np.flatnonzero(part[user] == 2)[0]] = 5
scores = rng.permuted(np.tile(np.arange(ITEMS) + 1.0, (USERS, 1)), axis=1)
ranked = [[int(i) for i in np.argsort(-scores[u]) if part[u, i] != 1] for u in range(USERS)]
lists = [order[:K] for order in ranked]


def ratings(which):
    return pd.DataFrame(
        [(u, i, stars[u, i]) for u in range(USERS) for i in range(ITEMS) if part[u, i] == which],
        columns=["user", "item", "rating"],
    )


train, test = ratings(1), ratings(2)
relevant = test[test.rating >= RELEVANT_FROM]
is_relevant = (part == 2) & (stars >= RELEVANT_FROM)
shown = pd.DataFrame(
    [(u, i, scores[u, i]) for u in range(USERS) for i in lists[u]], columns=["user", "item", "score"]
)
liked = shown.assign(relevance=[float(is_relevant[u, i]) for u, i in zip(shown.user, shown.item)])


def ranking(measure, truth=relevant, **options):
    return float(measure(truth, shown, k=K, **COLUMNS, **RATED, **options))


class Imagined:
    """What `implicit` asks of a model: lists of what a user has not seen."""

    def recommend(self, users, seen, N, **_):
        ids = np.full((len(users), N), -1, dtype=np.int32)
        for at, user in enumerate(users):
            ids[at, : len(lists[user][:N])] = lists[user][:N]
        return ids, ids.astype(np.float32)


# Nothing counts as seen here: `implicit` takes every item that is not relevant, seen ones too, as one to rank below.
unseen = csr_matrix((USERS, ITEMS), dtype=np.float32)
theirs = ranking_metrics_at_k(
    Imagined(), unseen, csr_matrix(is_relevant.astype(np.float32)), K=K, show_progress=False
)

print(
    json.dumps(
        {
            "users": USERS,
            "items": ITEMS,
            "k": K,
            "relevantFrom": RELEVANT_FROM,
            "train": train.values.tolist(),
            "test": test.values.tolist(),
            "lists": lists,
            "ranked": ranked,
            "recommenders": {
                "precision": ranking(reference.precision_at_k),
                "recall": ranking(reference.recall_at_k),
                "map": {
                    "truncated": ranking(reference.map_at_k),
                    "relevant": ranking(reference.map),
                },
                "ndcg": {
                    "binary": ranking(reference.ndcg_at_k),
                    "linear": ranking(reference.ndcg_at_k, test, score_type="raw"),
                    "exponential": ranking(reference.ndcg_at_k, test, score_type="exp"),
                },
                "coverage": float(reference.catalog_coverage(train, shown, **COLUMNS)),
                "novelty": float(reference.novelty(train, shown, **COLUMNS)),
                "diversity": reference.user_diversity(train, shown, **COLUMNS).user_diversity.tolist(),
                "unexpectedness": reference.user_serendipity(
                    train, shown, **COLUMNS
                ).user_serendipity.tolist(),
                "serendipity": reference.user_serendipity(
                    train, liked, col_relevance="relevance", **COLUMNS
                ).user_serendipity.tolist(),
            },
            "implicit": {name: float(theirs[name]) for name in ("map", "ndcg", "auc")},
            "rocAuc": [
                float(roc_auc_score(is_relevant[u][part[u] != 1], scores[u][part[u] != 1]))
                for u in range(USERS)
            ],
        },
        indent=1,
    )
)
