"""Compare a new model with production."""

import json
from io import BytesIO
from pathlib import Path

import pandas as pd
from sklearn.metrics import log_loss

from src.aws import download
from src.utils import deserialise

OUTPUT = Path("output")


def main():
    print(report(input("Model id? ")))


def report(model_id):
    rows = pd.read_parquet(OUTPUT / model_id / "dataset.parquet")
    rows = rows[rows["split"] == "test"]
    with open(OUTPUT / model_id / "report.json") as file:
        candidate = json.load(file)
    model = deserialise(
        (OUTPUT / model_id / "model.pkl").read_bytes(), candidate["artifacts"]["model.pkl"]
    )
    loss = log_loss(rows["outcome"], model.predict_proba(rows))

    base = "models/tennis_points/random_forest"
    current = json.load(BytesIO(download(f"{base}/production.json").body))["model_id"]
    production = json.loads(download(f"{base}/{current}/report.json").body)

    table = pd.DataFrame(
        {
            "log loss": [loss, production["test_log_loss"]],
            "cv mean": [candidate["mean_cv_log_loss"], production["mean_cv_log_loss"]],
            "cv std": [
                pd.Series(candidate["cv_log_losses"]).std(),
                pd.Series(production["cv_log_losses"]).std(),
            ],
        },
        index=[model_id[:10], "production"],
    )
    return table.to_string()


if __name__ == "__main__":
    main()
