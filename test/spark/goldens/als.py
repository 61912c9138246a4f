"""Records test/spark/goldens/als.json: factors that PySpark's own ALS learned, without Spark Connect, for the same ratings.

Made once with pyspark 4.2.1 and numpy 2.2.6:

    python als.py > als.json
"""

import json
import tempfile
from pathlib import Path

from pyspark.ml.recommendation import ALS
from pyspark.sql import SparkSession

USERS, ITEMS = 40, 25
ratings = [
    (user, item, 0.5 + ((user * 7 + item * 11 + user * item) % 10) / 2)
    for user in range(USERS)
    for item in range(ITEMS)
    if (user * 5 + item * 3) % 4 == 0
]
common = {"rank": 4, "maxIter": 3, "seed": 42, "userCol": "user", "itemCol": "item", "ratingCol": "rating"}
models = {
    "explicit": {**common, "regParam": 0.1},
    "implicit": {**common, "regParam": 0.05, "implicitPrefs": True, "alpha": 2.0},
    "nonnegative": {**common, "regParam": 0.1, "nonnegative": True},
}

spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "ratings.csv"
    file.write_text("user,item,rating\n" + "".join(f"{u},{i},{r}\n" for u, i, r in ratings))
    data = spark.read.csv(str(file), header=True, schema="user INT, item INT, rating FLOAT")

    def listed(frame):
        return {row.id: [float(f"{x:.9g}") for x in row.features] for row in frame.orderBy("id").collect()}

    def record(parameters):
        model = ALS(**parameters).fit(data)
        return {
            "parameters": parameters,
            "userFactors": listed(model.userFactors),
            "itemFactors": listed(model.itemFactors),
        }

    goldens = {name: record(parameters) for name, parameters in models.items()}
spark.stop()
print(json.dumps({"ratings": ratings, "models": goldens}))
