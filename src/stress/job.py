"""Jobs: runs of stress tests, in the background or here."""

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from src.errors import UserError
from src.stress import lifeline
from src.stress.launch import launch, lock_of, log_of
from src.stress.rows import JobRow
from src.stress.severity import Severity
from src.stress.status import Progress, Status
from src.stress.store import Store

if TYPE_CHECKING:
    import pandas as pd

    from src.stress.run import Run

POLL = 0.1  # seconds
ENDS_WITHIN = 5.0  # seconds, after it was asked to


class Job:
    """A run of stress tests; what is asked of it is as it is at that moment.

    It survives this process: `Client.get_job` finds it again.
    """

    def __init__(self, store: Store, job_id: str) -> None:
        """Know a job of a store; see `Client.start_stress_test`."""
        self.id = job_id
        self._store = store
        self._lock = lock_of(store, job_id)

    @property
    def name(self) -> str:
        """The run's name, as the configuration has it."""
        return self._row.name

    @property
    def project_id(self) -> str:
        """The project that it belongs to."""
        return self._row.project_id

    @property
    def created_at(self) -> str:
        """When it was started, as UTC time in ISO format."""
        return self._row.created_at

    @property
    def config(self) -> dict[str, Any]:
        """The configuration, with ids for names and all defaults."""
        return self._row.config

    @property
    def message(self) -> str:
        """Why it failed; "" where it did not."""
        return self._settled().message

    @property
    def status(self) -> Status:
        """Where it is."""
        return Status(self._settled().status)

    @property
    def severity(self) -> Severity:
        """The worst of the results so far."""
        return Severity(self._row.severity or 0)

    @property
    def progress(self) -> Progress:
        """How far it is."""
        row = self._row
        return Progress(row.done, row.total, row.current)

    @property
    def log(self) -> Path:
        """The file with what its process printed."""
        return log_of(self._store, self.id)

    def get_status(
        self, wait_until_finish: bool = False, timeout: float | None = None, verbose: bool = True
    ) -> Status:
        """Answer where it is.

        Ctrl-C while waiting ends the waiting, not the job.

        Args:
            wait_until_finish: wait until it has ended, however.
            timeout: seconds to wait at most.
            verbose: show how far it is while waiting, in a terminal.
        """
        if not wait_until_finish:
            return self.status
        from src.stress.waiting import bars_for

        try:
            with bars_for(shown=verbose) as bars:
                bars.add(self)
                return self.wait(bars.show, timeout)
        except KeyboardInterrupt:
            if verbose:
                print(f"The job {self.id} goes on; cancel() ends it.", file=sys.stderr)
            raise

    def wait(self, look: Callable[[], None] = lambda: None, timeout: float | None = None) -> Status:
        """Wait until it has ended, and call `look` now and then."""
        give_up = None if timeout is None else time.monotonic() + timeout
        while True:
            status = self.status
            look()
            if not status.is_active or (give_up is not None and time.monotonic() >= give_up):
                return status
            time.sleep(POLL)

    def cancel(self) -> Status:
        """End it; its results so far are kept, and `resume` does the rest."""
        if self.status.is_active:
            self._store.change_job(self.id, if_active=True, cancelling=True)
            self._signal(signal.SIGTERM)
            if self.wait(timeout=ENDS_WITHIN).is_active:
                self._signal(signal.SIGKILL)
        return self.status

    def resume(self, background: bool = True) -> "Job":
        """Do what is not done yet, with the same outcome as if it had never stopped.

        Raises:
            UserError: it goes on already, or all is done.
        """
        if self.status is Status.SUCCEEDED:
            raise UserError(f"The run {self.id} is done: start a new one.")
        lock = lifeline.take(self._lock)
        if lock is None:
            raise UserError(f"The run {self.id} goes on already: wait for it, or cancel it.")
        self._store.change_job(self.id, status=Status.PENDING, cancelling=False, message="", pid=0)
        launch(self._store, self.id, lock, background)
        return self

    def get_run(self) -> "Run":
        """Answer the run with the results there are."""
        from src.stress.run import Run, result_from_json

        row = self._settled()
        results = self._store.results(self.id).values()
        return Run(
            run_id=row.id,
            name=row.name,
            **row.names,
            task=self._store.project(row.project_id).model_task,
            seed=row.config["seed"],
            status=row.status,
            started_at=row.started_at,
            finished_at=row.finished_at,
            results=tuple(result_from_json(result) for result in results),
        )

    def get_result_df(self, partial: bool = False) -> "pd.DataFrame":
        """Answer a row for each test, as `src.stress.frames` describes.

        Args:
            partial: also where the run has not succeeded.

        Raises:
            UserError: it has not succeeded.
        """
        from src.stress.frames import result_frame

        return result_frame(self._whole_run(partial))

    def get_test_cases_df(self, partial: bool = False) -> "pd.DataFrame":
        """Answer a row for each case of each test, as `src.stress.frames` describes.

        Args:
            partial: also where the run has not succeeded.

        Raises:
            UserError: it has not succeeded.
        """
        from src.stress.frames import case_frame

        return case_frame(self._whole_run(partial))

    def get_evaluation_df(self) -> "pd.DataFrame":
        """Answer the features of the evaluation data, whose positions the cases' rows are.

        Raises:
            UserError: it is not there any more, or is another now.
        """
        from src.stress.work import data_of

        row = self._row
        dataset_id = row.config["data_info"]["eval_dataset_id"]
        return data_of(self._store.registered(row.project_id, "dataset", dataset_id)).features

    def __repr__(self) -> str:
        """The id, the name, and where it is."""
        return f"<Job {self.id} {self.name!r}: {self.status}, {self.progress}>"

    @property
    def _row(self) -> JobRow:
        return self._store.job(self.id)

    def _settled(self) -> JobRow:
        """Answer what is kept; a job whose process is no more is told as such."""
        row = self._row
        if not Status(row.status).is_active or lifeline.is_taken(self._lock):
            return row
        row = self._row  # it may have ended well between the two looks
        if Status(row.status).is_active:
            ended = Status.CANCELLED if row.cancelling else Status.INTERRUPTED
            message = "" if row.cancelling else "Its process ended before it was done: resume it."
            self._store.change_job(
                self.id, if_active=True, status=ended, message=message, current=""
            )
            row = self._row
        return row

    def _whole_run(self, partial: bool) -> "Run":
        run = self.get_run()
        if partial or run.status == Status.SUCCEEDED:
            return run
        next_step = {
            Status.PENDING: "wait with get_status(wait_until_finish=True)",
            Status.RUNNING: "wait with get_status(wait_until_finish=True)",
            Status.FAILED: f"{self.message} Then resume() it",
        }.get(Status(run.status), "resume() it")
        raise UserError(
            f"The run {self.id} is {run.status}: {next_step}, or ask for what is there "
            "with partial=True."
        )

    def _signal(self, number: int) -> None:
        pid = self._row.pid  # 0 where it is no process of its own
        if pid and lifeline.is_taken(self._lock):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
            if number == signal.SIGKILL:
                self.wait(timeout=ENDS_WITHIN)
