"""A load test: a run for each combination of dataset and model, one after the other."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from src.config import Settings
from src.errors import UserError
from src.load.command_line import Machines, arguments_of_a_run
from src.load.configuration import Configuration
from src.load.generator import Generator
from src.load.plan import Plan
from src.load.prepare import make_plan
from src.load.run import BROKEN, INTERRUPTED, MISSED, PASSED, Run, read_run
from src.load.selection import Combination

FOLDER = "load"
PATIENCE = 60.0  # seconds that Locust may take to start, to report and to end, besides the run

Progress = Callable[[int, float], None]  # is told of which run how many seconds have passed


@dataclass
class Session:
    """A load test, whole or as far as it got.

    Attributes:
        configuration: of all runs.
        planned: every run that there is to be.
        folder: where all of it is kept.
        started_at: UTC in ISO format.
        runs: those that were made, in their order.
    """

    configuration: Configuration
    planned: Sequence[Combination]
    folder: Path
    started_at: str
    runs: list[Run] = field(default_factory=list)

    @property
    def status(self) -> str:
        """What the runs are together: "interrupted", "broken", "missed" or "passed"."""
        found = {run.status for run in self.runs}
        if len(self.runs) < len(self.planned):
            found.add(INTERRUPTED)
        return next(status for status in (INTERRUPTED, BROKEN, MISSED, PASSED) if status in found)


def open_session(
    configuration: Configuration, planned: Sequence[Combination], output_dir: Path
) -> Session:
    """Make the folder of a load test, named for the time.

    Raises:
        UserError: it cannot be made.
    """
    now = datetime.now(UTC)
    for name in _names(f"{now:%Y-%m-%dT%H-%M-%S}"):
        folder = output_dir / FOLDER / name
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue  # another test has begun in this very second
        except OSError as error:
            raise UserError(
                f"{folder} cannot be made ({error.strerror}): choose another with OUTPUT_DIR."
            ) from error
        return Session(configuration, planned, folder, now.isoformat())


def run_all(
    session: Session,
    settings: Settings,
    machines: Machines,
    progress: Progress,
    done: Callable[[Run], None],
) -> None:
    """Make the runs that are planned, one after the other; Ctrl-C ends the last one.

    Args:
        session: gets each run when it is made.
        settings: where data and models are.
        machines: which processes make the load.
        progress: is told all the time how far it is.
        done: is told of each run.

    Raises:
        UserError: the server does not answer any more, or Locust is not installed.
    """
    for position, combination in enumerate(session.planned):
        plan = make_plan(session.configuration, combination.dataset, combination.model, settings)
        run = _run(session, combination, plan, machines, lambda s, n=position: progress(n, s))
        session.runs.append(run)
        done(run)
        if run.status == INTERRUPTED:
            break


def _run(
    session: Session,
    combination: Combination,
    plan: Plan,
    machines: Machines,
    show: Callable[[float], None],
) -> Run:
    configuration = session.configuration
    folder = session.folder / _name(combination)
    folder.mkdir()
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "plan.json"
        file.write_text(plan.to_json(), encoding="utf-8")
        generator = Generator(arguments_of_a_run(configuration, file, folder, machines), folder)
        most = configuration.seconds + configuration.stop_timeout + PATIENCE
        end = generator.follow(
            show,
            most=None if machines.is_master else most,  # its workers may come late
            to_stop=configuration.stop_timeout + PATIENCE,
        )
    return read_run(folder, combination, end, generator.last_words())


def _name(combination: Combination) -> str:
    again = f"-{combination.number}" if combination.number > 1 else ""
    return f"{combination.dataset}-{combination.model}{again}"


def _names(first: str) -> Iterator[str]:
    yield first
    yield from (f"{first}-{number}" for number in count(2))
