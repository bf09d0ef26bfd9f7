"""Which versions of a model there are: those on S3, and the training runs here.

Every training is a version. One that is not on S3 yet is known here only.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from src.config import DEFAULT_DATASET, DEFAULT_MODEL, Settings
from src.errors import UserError
from src.release.registry import NotInProduction, Registry
from src.release.state import State
from src.release.training_run import REPORT, artifact_of
from src.train.report import Report
from src.utils import SHORTEST_PREFIX, find_experiment, sha256


@dataclass(frozen=True)
class Known:
    """A version, where it lies, and which role it has.

    run_dir is the folder of its training run, or None where that is not here. The role is
    "production", "previous" (what a roll-back goes to), "canary 10 %", two of them, or "".
    """

    report: Report
    published: bool
    run_dir: Path | None
    role: str = ""

    @property
    def model_id(self) -> str:
        """Its id, 40 digits."""
        return self.report.model_id

    @property
    def where(self) -> str:
        """Where it lies, in words."""
        if self.published:
            return "S3 and here" if self.run_dir else "S3"
        return "here only"


class Listing(NamedTuple):
    """All versions, newest first, and the ids of those on S3 whose report cannot be read."""

    versions: list[Known]
    damaged: list[str]


class Versions:
    """The versions of a kind of model on a dataset."""

    def __init__(
        self, dataset: str, model: str, registry: Any = None, output_dir: Path | None = None
    ) -> None:
        """Look nowhere yet.

        Args:
            dataset: what the model is trained on.
            model: which kind of model.
            registry: whatever has the methods of Registry.
            output_dir: where training runs are; by default that of the settings.
        """
        self.dataset = dataset
        self.model = model
        self.registry = registry or Registry()
        self.output_dir = output_dir or Settings.from_env().output_dir

    def listing(self) -> Listing:
        """Answer all versions.

        Raises:
            UserError: S3 is not there, or what it says of production is damaged.
        """
        runs, published, state = dict(self._runs()), self._published(), self._state()
        versions, damaged = [], []
        for model_id in {*runs, *published}:
            try:
                versions.append(self._known(model_id, runs, published, state))
            except UserError:
                damaged.append(model_id)
        versions.sort(key=lambda known: (known.report.trained_at, known.model_id), reverse=True)
        return Listing(versions, sorted(damaged))

    def find(self, model_id: str) -> Known:
        """Answer the version with an id, or the one whose id starts like this.

        Small and capital letters are the same.

        Raises:
            UserError: fewer than 6 digits, no such version, several, or its report is damaged.
        """
        if len(model_id) < SHORTEST_PREFIX:
            raise UserError(
                f"{model_id!r} is too short for a model id: give at least {SHORTEST_PREFIX} "
                f"digits, as {self._listed_by} shows them."
            )
        runs, published = dict(self._runs()), self._published()
        ids = sorted({*runs, *published})
        found = [known for known in ids if known.startswith(model_id.lower())]
        if not found:
            raise UserError(self._not_found(model_id))
        if len(found) > 1:
            raise UserError(
                f"{model_id} is the start of {len(found)} ids, {', '.join(found)}: "
                "give more digits."
            )
        return self._known(found[0], runs, published, self._state())

    def read(self, known: Known, name: str) -> bytes:
        """Answer the content of a version's artifact, from S3 if it is there.

        Raises:
            UserError: there is no such artifact, or it is not the one that the report tells of.
        """
        digest = known.report.artifacts.get(name, "no hash")
        if not known.published:
            return artifact_of(known.run_dir / name, digest)
        data = self.registry.artifact(self.dataset, self.model, known.model_id, name)
        if sha256(data) != digest:
            raise UserError(
                f"The {name} of {known.model_id} on S3 is not the one that its report tells of: "
                "it was damaged there, so roll back if it is in production, and train another."
            )
        return data

    def _runs(self) -> Iterator[tuple[str, tuple[Path, Report]]]:
        """Id, folder and report of each training run; without a sound report it is none."""
        for path in self.output_dir.glob(f"*/{REPORT}"):
            with suppress(OSError, UserError):
                report = Report.from_json(path.read_bytes())
                of = (report.dataset, report.model, report.model_id)
                if of == (self.dataset, self.model, path.parent.name):
                    yield report.model_id, (path.parent, report)

    def _published(self) -> set[str]:
        return set(self.registry.versions(self.dataset, self.model))

    def _state(self) -> State | None:
        try:
            return self.registry.production(self.dataset, self.model).state
        except NotInProduction:
            return None

    def _known(
        self,
        model_id: str,
        runs: dict[str, tuple[Path, Report]],
        published: set[str],
        state: State | None,
    ) -> Known:
        run_dir, report = runs.get(model_id, (None, None))
        if model_id in published:
            report = self.registry.report(self.dataset, self.model, model_id)
        return Known(report, model_id in published, run_dir, role(model_id, state))

    @property
    def _listed_by(self) -> str:
        return f"`python -m src release list{options(self.dataset, self.model)}`"

    def _not_found(self, model_id: str) -> str:
        with suppress(UserError, OSError):
            run_dir = find_experiment(model_id, self.output_dir)
            other = Report.from_json((run_dir / REPORT).read_bytes())
            return (
                f"{other.model_id} is a {other.model} on {other.dataset}: "
                f"give --dataset {other.dataset} --model {other.model}."
            )
        return (
            f"No version {model_id} of {self.model} on {self.dataset}, neither on S3 nor in "
            f"{self.output_dir}: {self._listed_by} shows which there are."
        )


def role(model_id: str, state: State | None) -> str:
    """Name what a version is for, as Known.role does; state is None where production is none."""
    if state is None:
        return ""
    roles = []
    if model_id == state.model_id:
        roles.append("production")
    if model_id == state.previous:
        roles.append("previous")
    if state.candidate and model_id == state.candidate.model_id:
        roles.append(f"canary {100 * state.candidate.share:.3g} %")
    return ", ".join(roles)


def options(dataset: str, model: str) -> str:
    """Options of a command that are about this dataset and model; none for the defaults."""
    given = "" if dataset == DEFAULT_DATASET else f" --dataset {dataset}"
    return given if model == DEFAULT_MODEL else f"{given} --model {model}"
