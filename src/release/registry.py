"""Versions of models on S3, and the pointer that says which of them is in production.

``models/<dataset>/<model>/<model_id>/`` holds a version: its artifacts, then its report. It never
changes. ``models/<dataset>/<model>/production.json`` names the version that answers.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from src import aws
from src.errors import UserError
from src.release.operator import operator
from src.release.state import Event, State, longer
from src.release.training_run import MODEL, REPORT, artifact_of, report_of
from src.train.report import Report
from src.utils import deserialise

POINTER = "production.json"


class NotInProduction(aws.NotFound):
    """No version of a model is in production."""


class StaleRelease(UserError):
    """Production changed while a release was under way, so nothing was released."""


@dataclass(frozen=True)
class Version:
    """The version in production, the tag of the pointer that says so, and all that it says."""

    model_id: str
    etag: str
    state: State | None = None


class Registry:
    """Publishes versions of models and puts them in production."""

    def __init__(self, store: Any = aws) -> None:
        """Use a store: whatever has upload, download and list_keys like ``src.aws``."""
        self._store = store

    def deploy(self, run_dir: Path) -> Report:
        """Publish a training run and put it in production; answer its report.

        Raises:
            StaleRelease: another deploy won the race; production is what it released.
            UserError: the run is not whole, or S3 does not let us.
        """
        report = report_of(run_dir)
        current = self._production_or_none(report.dataset, report.model)
        self.publish(run_dir)
        if current is None or current.model_id != report.model_id:
            self.promote(report.dataset, report.model, report.model_id, current)
        elif self._production_or_none(report.dataset, report.model) != current:
            raise StaleRelease(
                f"{report.model_id} was in production, and was replaced meanwhile: "
                "look at what is there now, and deploy again to replace it."
            )
        return report

    def publish(self, run_dir: Path) -> Report:
        """Upload the artifacts of a training run and, last, its report; answer the report.

        A version that is there already stays as it is.

        Raises:
            UserError: the run is not whole, or what is there is of another content.
        """
        report = report_of(run_dir)
        prefix = _version(report.dataset, report.model, report.model_id)
        for name, digest in report.artifacts.items():
            self._put_once(prefix + name, artifact_of(run_dir / name, digest))
        try:
            self._store.upload(prefix + REPORT, report.to_json(), if_none_match="*")
        except aws.Conflict:
            there = self.report(report.dataset, report.model, report.model_id)
            if there.artifacts != report.artifacts:
                raise _other_content(prefix + REPORT) from None
        return report

    def promote(self, dataset: str, model: str, model_id: str, expected: Version | None) -> Version:
        """Put a published version in production, in one step.

        Args:
            dataset: what the model was trained on.
            model: which kind of model.
            model_id: which version.
            expected: what is in production as far as the caller knows; None where nothing is.

        Raises:
            StaleRelease: something else is in production, and stays there.
        """
        at = datetime.now(UTC).isoformat()
        replaced = expected.model_id if expected else None
        event = Event("deploy", model_id, at, operator(), instead_of=replaced)
        before = expected.state.history if expected and expected.state else ()
        pointer = {
            "model_id": model_id,
            "previous": replaced,
            "deployed_at": at,
            "candidate": None,  # it was measured against what is replaced now
            "history": [asdict(event) for event in longer(before, event)],
        }
        body = json.dumps(pointer).encode()
        try:
            etag = self._swap(dataset, model, body, expected)
        except aws.Conflict as error:
            now = self._production_or_none(dataset, model)
            if now and now.model_id == model_id:  # a request that was made again, after all
                return now
            raise StaleRelease(
                f"{model_id} was not released: meanwhile {now.model_id if now else 'nothing'} "
                "went into production. Look at it, and deploy again to replace it."
            ) from error
        return Version(model_id, etag, State.from_json(body))

    def change(self, dataset: str, model: str, state: State, expected: Version) -> Version:
        """Write another state of production, in one step.

        Raises:
            StaleRelease: production is not what was expected any more, and stays as it is.
        """
        try:
            etag = self._swap(dataset, model, state.to_json(), expected)
        except aws.Conflict as error:
            there = self._production_or_none(dataset, model)
            if there and there.state == state:  # a request that was made again, after all
                return there
            raise StaleRelease(
                "Nothing was changed: meanwhile somebody else changed what is in production. "
                "Look at it, and try again."
            ) from error
        return Version(state.model_id, etag, state)

    def production(self, dataset: str, model: str) -> Version:
        """Answer which version is in production.

        Raises:
            NotInProduction: none is.
            UserError: the pointer is damaged, or S3 is not there.
        """
        key = _pointer(dataset, model)
        try:
            pointer = self._store.download(key)
        except aws.NotFound as error:
            raise NotInProduction(
                f"No {model} on {dataset} is in production: train one and deploy it, "
                f"`python -m src deploy --dataset {dataset} --model {model}`."
            ) from error
        try:
            state = State.from_json(pointer.body)
            return Version(str(json.loads(pointer.body)["model_id"]), pointer.etag, state)
        except (ValueError, KeyError, TypeError) as error:
            raise UserError(f"{key} on S3 is damaged: remove it, and deploy again.") from error

    def report(self, dataset: str, model: str, model_id: str) -> Report:
        """Answer the report of a published version.

        Raises:
            NotFound: there is no such version.
        """
        return Report.from_json(self.artifact(dataset, model, model_id, REPORT))

    def load(self, dataset: str, model: str, model_id: str) -> Any:
        """Answer the fitted model of a published version.

        Raises:
            NotFound: there is no such version.
            UserError: the model is not the one that its report tells of; it is not unpickled.
        """
        return self.model_of(self.report(dataset, model, model_id))

    def model_of(self, report: Report) -> Any:
        """Answer the fitted model of the published version that has this report.

        Raises:
            NotFound: there is no such version.
            UserError: the model is not the one that the report tells of; it is not unpickled.
        """
        data = self.artifact(report.dataset, report.model, report.model_id, MODEL)
        return deserialise(data, report.artifacts.get(MODEL, "no hash"))

    def artifact(self, dataset: str, model: str, model_id: str, name: str) -> bytes:
        """Answer the content of a published version's model.pkl, dataset.parquet or report.json.

        Raises:
            NotFound: there is no such version, or it has no such artifact.
        """
        return self._store.download(_version(dataset, model, model_id) + name).body

    def versions(self, dataset: str, model: str) -> list[str]:
        """Answer the ids of all published versions of a kind of model on a dataset, sorted."""
        prefix = f"models/{dataset}/{model}/"
        keys = (key.removeprefix(prefix) for key in self._store.list_keys(prefix))
        return sorted(key.removesuffix(f"/{REPORT}") for key in keys if key.endswith(f"/{REPORT}"))

    def _swap(self, dataset: str, model: str, body: bytes, expected: Version | None) -> str:
        condition = {"if_match": expected.etag} if expected else {"if_none_match": "*"}
        return self._store.upload(_pointer(dataset, model), body, **condition)

    def _put_once(self, key: str, data: bytes) -> None:
        try:
            self._store.upload(key, data, if_none_match="*")
        except aws.Conflict:
            if self._store.download(key).body != data:
                raise _other_content(key) from None

    def _production_or_none(self, dataset: str, model: str) -> Version | None:
        try:
            return self.production(dataset, model)
        except NotInProduction:
            return None


def _other_content(key: str) -> UserError:
    return UserError(
        f"{key} is on S3 with another content, and a version never changes: "
        "remove what is there if nobody uses it, or train with another seed."
    )


def _version(dataset: str, model: str, model_id: str) -> str:
    return f"models/{dataset}/{model}/{model_id}/"


def _pointer(dataset: str, model: str) -> str:
    return f"models/{dataset}/{model}/{POINTER}"
