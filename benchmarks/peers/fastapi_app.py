"""The usual way: FastAPI, which asks scikit-learn for each request.

Three paths: any object as it comes; fields that pydantic checks; and these again with our direct
walk instead of the pipeline, so that the framework alone differs.
"""

import os
import pickle
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from fastapi import FastAPI
from pydantic import BaseModel, Field

from src.predict.predictor import ask

Hit = Literal["B", "F", "U", "V"]
Metres = Annotated[float, Field(ge=-60, le=60)]
Speed = Annotated[float, Field(ge=0, le=80)]

app = FastAPI()
model = pickle.loads(Path(os.environ["PEER_MODEL"]).read_bytes())


class Point(BaseModel):
    """A data point of tennis_points."""

    rally: Annotated[int, Field(ge=2, le=1000)]
    serve: Annotated[int, Field(ge=1, le=2)]
    hitpoint: Hit
    speed: Speed
    net_clearance: Metres
    distance_from_sideline: Metres
    depth: Metres
    outside_sideline: bool
    outside_baseline: bool
    player_distance_travelled: Metres
    player_impact_depth: Metres
    player_impact_distance_from_center: Metres
    player_depth: Metres
    player_distance_from_center: Metres
    previous_speed: Speed
    previous_net_clearance: Metres
    previous_distance_from_sideline: Metres
    previous_depth: Metres
    opponent_depth: Metres
    opponent_distance_from_center: Metres
    same_side: bool
    previous_hitpoint: Hit
    previous_time_to_net: Annotated[float, Field(ge=0, le=10)]
    server_is_impact_player: bool


@app.get("/health")
def health() -> dict:
    """Tell that the model is loaded."""
    return {"status": "ok"}


@app.post("/plain")
def plain(point: dict) -> dict:
    """Predict for an object as it comes."""
    return {"predictions": model.predict(pd.DataFrame([point])).tolist()}


@app.post("/validated")
def validated(point: Point) -> dict:
    """Predict for a point whose fields were checked."""
    return {"predictions": model.predict(pd.DataFrame([point.model_dump()])).tolist()}


@app.post("/direct")
async def direct(point: Point) -> dict:
    """Predict by our direct walk, which is too quick to be worth a thread."""
    return {"predictions": ask(model, [point.model_dump()], "predict")}
