"""BentoML: one request at a time, and its adaptive batching."""

import os
import pickle
from pathlib import Path

import bentoml
import pandas as pd


@bentoml.service(workers=int(os.environ["PEER_WORKERS"]))
class Forest:
    """Serves the model of PEER_MODEL."""

    def __init__(self) -> None:
        """Load it."""
        self.model = pickle.loads(Path(os.environ["PEER_MODEL"]).read_bytes())

    @bentoml.api
    def one(self, point: dict) -> dict:
        """Predict for one point."""
        return {"predictions": self.model.predict(pd.DataFrame([point])).tolist()}

    @bentoml.api(batchable=True, max_batch_size=64, max_latency_ms=1000)
    def batched(self, points: list[dict]) -> list[str]:
        """Predict for points that came in several requests."""
        return self.model.predict(pd.DataFrame(points)).tolist()
