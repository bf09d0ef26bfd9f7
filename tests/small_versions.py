"""Versions that say one class whatever they are asked, on a store in memory, and their traffic."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count

import numpy as np

from src import aws
from src.config import API_VERSION, DEFAULT_DATASET, DEFAULT_MODEL, ROOT
from src.errors import UserError
from src.release.registry import Registry
from src.release.release import Release
from src.release.state import State
from src.schema import load_schema
from src.serve.openapi import example
from src.serve.traffic import Traffic
from src.train.report import Report
from src.train.specification import Serving, columns_of
from src.utils import serialise, sha256

DATASET, MODEL = DEFAULT_DATASET, DEFAULT_MODEL
FOLDER = f"models/{DATASET}/{MODEL}"
FIRST, SECOND, THIRD = "1" * 40, "2" * 40, "3" * 40
SCHEMA = load_schema(DATASET, ROOT / "data")
CLASSES = sorted(SCHEMA.classes)
POINT = example(SCHEMA)
TRICKY = {**POINT, "speed": 66.0}  # where a model has a fault, it has it here


class Says:
    """Always says one class; for a tricky point it may fail, say too little, or be slow."""

    def __init__(self, label, fault=None):
        self.classes_ = np.array(CLASSES)
        self.label = label
        self.fault = fault

    def predict(self, frame):
        frame = self._met_its_fault(frame)
        return np.array([self.label] * len(frame))

    def predict_proba(self, frame):
        frame = self._met_its_fault(frame)
        return np.array([[float(name == self.label) for name in CLASSES]] * len(frame))

    def _met_its_fault(self, frame):
        if self.fault is None or not (frame["speed"] == TRICKY["speed"]).any():
            return frame
        if self.fault == "fails":
            raise ValueError("secret of the inside")
        if self.fault == "slow":
            Clock.now += 2.0
        return frame.iloc[1:] if self.fault == "short" else frame


class Clock:
    """Seconds that pass when a test says so, or a model is slow."""

    now = 0.0

    def __call__(self):
        return Clock.now

    def pass_by(self, seconds):
        Clock.now += seconds

    def time(self):
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=Clock.now)


class Store:
    """What ``src.aws`` is, in memory; it may be away."""

    def __init__(self):
        self.objects = {}
        self.downloads = []
        self.is_away = False
        self._tags = count()

    def upload(self, key, body, *, if_match=None, if_none_match=None):
        self._answer()
        there = self.objects.get(key)
        if (if_none_match and there) or (if_match and (not there or there.etag != if_match)):
            raise aws.Conflict(f"{key} was changed")
        self.objects[key] = aws.Object(body, f"tag {next(self._tags)}")
        return self.objects[key].etag

    def download(self, key):
        self._answer()
        self.downloads.append(key)
        if key not in self.objects:
            raise aws.NotFound(f"There is no {key}.")
        return self.objects[key]

    def list_keys(self, prefix):
        self._answer()
        return sorted(key for key in self.objects if key.startswith(prefix))

    def _answer(self):
        if self.is_away:
            raise UserError("S3 is away")


class House:
    """A store with versions of a model, and servers that answer with them."""

    def __init__(self):
        Clock.now = 1000.0
        self.clock = Clock()
        self.store = Store()
        self.registry = Registry(self.store)
        self.release = Release(
            DATASET, MODEL, self.registry, by="ada", check=lambda *_: None, clock=self.clock.time
        )

    def publish(self, model_id, label="W", fault=None, expected=None, serving=True):
        """Put a version on S3; it is expected to say its label, or what is given."""
        data = serialise(Says(label, fault))
        specification = _serving(expected or label) if serving else None
        report = _report(model_id, {"model.pkl": sha256(data)}, specification)
        self.store.upload(f"{FOLDER}/{model_id}/model.pkl", data)
        self.store.upload(f"{FOLDER}/{model_id}/report.json", report.to_json())

    def deploy(self, model_id, label="W", fault=None, **more):
        """Publish a version, and put it in production."""
        self.publish(model_id, label, fault, **more)
        there = f"{FOLDER}/production.json" in self.store.objects
        expected = self.registry.production(DATASET, MODEL) if there else None
        self.registry.promote(DATASET, MODEL, model_id, expected)

    def challenge(self, model_id, label="FE", fault=None, share=1.0, **more):
        """Publish a version, and start a canary with it."""
        self.publish(model_id, label, fault, **more)
        self.release.start_canary(model_id, share)

    def server(self, **more):
        """A server's traffic; nobody looks after it but the test."""
        return Traffic(
            store=self.store,
            refresh_seconds=1.0,
            clock=self.clock,
            now=self.clock.time,
            **more,
        )

    @property
    def state(self) -> State:
        return self.registry.production(DATASET, MODEL).state

    def records(self):
        """Records of the servers as they lie on S3."""
        keys = self.store.list_keys(f"{FOLDER}/canary/")
        return [json.loads(self.store.objects[key].body) for key in keys if "/records/" in key]


def ask(traffic, point=POINT, key="", method="predict"):
    """The answer of a server for one point."""
    return traffic.answer([point], method, DATASET, MODEL, key.encode)


def who(traffic, point=POINT, key=""):
    """Id of the version that a server has answer a point."""
    return ask(traffic, point, key).model_id


def _serving(label):
    return Serving(
        api_version=API_VERSION,
        columns=columns_of(SCHEMA),
        classes=CLASSES,
        sample=[POINT],
        answers={
            "predict": [label],
            "predict_proba": [{name: float(name == label) for name in CLASSES}],
        },
    )


def _report(model_id, artifacts, serving):
    nothing = {"test_log_loss": 0.0, "mean_cv_log_loss": 0.0, "std_cv_log_loss": 0.0}
    return Report(
        model_id=model_id,
        **nothing,
        cv_log_losses=[],
        dataset=DATASET,
        model=MODEL,
        parameters={},
        seed=42,
        data_hash="",
        code_hash="",
        packages={},
        artifacts=artifacts,
        trained_at="2026-01-01T00:00:00+00:00",
        serving=serving,
    )
