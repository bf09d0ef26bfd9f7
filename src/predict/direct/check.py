"""Is a walk equal to its pipeline? Both are asked for rows where they would differ, if anywhere."""

import random
from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from src.predict.direct.walk import Walk

PROBES = 16  # rows
EDGES = 256  # thresholds of trees, of which each probe has several
TOLERANCE = 1e-12  # of a probability; a wrong turn in one tree of a thousand makes far more
UNSEEN = "seen in no training"


def check(walk: Walk, pipeline: Pipeline, rows: list[dict[str, Any]]) -> str | None:
    """Answer how a walk and its pipeline differ; None where they are equal.

    Probabilities are equal within TOLERANCE, classes exactly. What they are asked for is made of
    the given rows: with values at thresholds of trees and right beside them, zeros of both signs,
    booleans, categories that were seen in training and one that was not.
    """
    probes = _probes(walk, rows)
    frame = pd.DataFrame(probes)
    apart = np.abs(walk.predict_proba(probes) - pipeline.predict_proba(frame)).max()
    if not apart <= TOLERANCE:
        return f"probabilities are {apart:.1g} apart"
    if walk.predict(probes).tolist() != pipeline.predict(frame).tolist():
        return "the classes are others"
    return None


def _probes(walk: Walk, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Answer the rows, again and again, with some values of each replaced."""
    draw = random.Random(0)
    edges = walk.edges(EDGES)
    categories = walk.categories()
    probes = []
    for number in range(PROBES):
        probe = dict(rows[number % len(rows)])
        for name in draw.sample(sorted(probe), len(probe) // 2):
            probe[name] = _another(probe[name], categories.get(name, []), draw)
        for name, threshold in edges[number::PROBES]:
            if type(probe.get(name)) is float:
                probe[name] = draw.choice(_around(threshold))
        probes.append(probe)
    return probes


def _another(value: Any, categories: list[str], draw: random.Random) -> Any:
    if type(value) is bool:
        return not value
    if type(value) is str:
        return draw.choice([*categories, UNSEEN])
    if type(value) is int:
        return value + draw.randint(-2, 2)
    return draw.choice([0.0, -0.0, value * 1.5, -value])


def _around(threshold: float) -> list[float]:
    """Answer a number and its neighbours, and those that a float32 has around it."""
    single = np.float32(threshold)
    return [
        threshold,
        *(float(np.nextafter(threshold, way)) for way in (-np.inf, np.inf)),
        float(single),
        *(float(np.nextafter(single, np.float32(way))) for way in (-np.inf, np.inf)),
    ]
