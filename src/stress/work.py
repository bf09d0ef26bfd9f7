"""The work of a job: load, ask the tests one after the other, keep each result at once."""

import traceback
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from src.errors import UserError
from src.stress import loading
from src.stress.case import Result, StressTest
from src.stress.configuration import DataConfig, ModelConfig, TestRunConfig
from src.stress.context import Context, classes_of
from src.stress.data import Data, fingerprint_of, read_data
from src.stress.model import Model, ModelError
from src.stress.rows import JobRow, Registered
from src.stress.run import result_to_json
from src.stress.running import run_test
from src.stress.status import Status
from src.stress.store import Store, now
from src.stress.suite import Planned, plan

FIRST_ROWS = 5  # that a model must answer before anything is tested


class Cancelled(BaseException):
    """Somebody cancelled the job."""


class TooLong(BaseException):
    """A test took too long."""


Guard = Callable[[], AbstractContextManager]  # a context manager that may raise TooLong


def work(
    store: Store, job_id: str, registered: Iterable[StressTest] = (), guard: Guard = nullcontext
) -> None:
    """Do what of a job is not done yet; how it ends is kept with it.

    Args:
        store: that knows the job.
        job_id: of which one.
        registered: tests of the user's own, made in this process.
        guard: limits the time of a test.
    """
    store.change_job(job_id, status=Status.RUNNING, started_at=now(), finished_at="", message="")
    try:
        _run(store, store.job(job_id), registered, guard)
        ending = {"status": Status.SUCCEEDED}
    except Cancelled:
        ending = {"status": Status.CANCELLED}
    except KeyboardInterrupt:
        _end(store, job_id, status=Status.CANCELLED)
        raise
    except UserError as error:
        ending = {"status": Status.FAILED, "message": str(error)}
    except Exception as error:
        traceback.print_exc()  # into the worker's log
        ending = {"status": Status.FAILED, "message": f"{type(error).__name__}: {error}"}
    _end(store, job_id, **ending)


def _end(store: Store, job_id: str, **ending: Any) -> None:
    store.change_job(job_id, current="", cancelling=False, finished_at=now(), **ending)


def _run(store: Store, job: JobRow, registered: Iterable[StressTest], guard: Guard) -> None:
    config = TestRunConfig.model_validate(job.config)
    planned = plan(config, [*registered, *tests_in(config.custom_tests)])
    kept = store.results(job.id)
    store.change_job(job.id, total=len(planned), current="loading")
    context, close = load(store, job, config)
    try:
        for position, one in enumerate(planned):
            if one.test.name not in kept:
                if store.job(job.id).cancelling:
                    raise Cancelled
                store.change_job(job.id, current=one.test.name)
                result = _result(one, context, guard)
                told = result_to_json(result)
                store.keep_result(job.id, position, one.test.name, result.severity, told)
    finally:
        close()


def tests_in(paths: Iterable[Path]) -> list[StressTest]:
    """Answer the tests that are written in files of the user's own.

    Raises:
        UserError: a file cannot be used.
    """
    paths = list(paths)
    if not paths:
        return []
    from src.stress.custom import load

    return [test for path in paths for test in load(path)]


def load(store: Store, job: JobRow, config: TestRunConfig) -> tuple[Context, Callable[[], None]]:
    """Load what a job is about; answer it, and what ends a model's process.

    Raises:
        UserError: it is of no use, or has changed since it was registered.
    """
    reference, evaluation = (
        data_of(store.registered(job.project_id, "dataset", dataset_id))
        for dataset_id in (config.data_info.ref_dataset_id, config.data_info.eval_dataset_id)
    )
    labels = None if reference.labels is None else reference.labels.to_numpy()
    classes = classes_of(None, labels)
    model = None
    if config.model_id is not None:
        model = _model(store.registered(job.project_id, "model", config.model_id), classes)
        classes = list(model.classes)
    close = getattr(model, "close", lambda: None)
    try:
        context = Context(
            reference.table(classes),
            evaluation.table(classes),
            model,
            seed=config.seed,
            excluded=frozenset(config.test_suite_config.global_exclude_columns),
            protected=tuple(config.protected_columns),
            classes=classes,
        )
        _check(context, store.project(job.project_id).model_task)
    except BaseException:
        close()
        raise
    return context, close


def data_of(dataset: Registered) -> Data:
    """Read a registered dataset.

    Raises:
        UserError: it cannot be read, or has changed since it was registered.
    """
    config = DataConfig.model_validate(dataset.config)
    if fingerprint_of(config) != dataset.fingerprint:
        raise _changed(config.path, dataset)
    return read_data(config)


def _model(registered: Registered, classes: list[Any]) -> Model:
    config = ModelConfig.model_validate(registered.config)
    if config.path and loading.fingerprint_of(config) != registered.fingerprint:
        raise _changed(config.path, registered)
    return loading.load_model(config, classes)


def _changed(path: Path, registered: Registered) -> UserError:
    return UserError(
        f"{path} has changed since it was registered as the {registered.kind} "
        f"{registered.name!r} ({registered.id}): register it again, and start a new run."
    )


def _check(context: Context, task: str) -> None:
    """Refuse what no test could be tried on."""
    count = len(context.classes)
    if (count > 2 and "BINARY" in task) or count == 1:
        raise UserError(
            f"The project is of {task}, and there are {count} classes: "
            "create one of another model task, or correct the labels."
        )
    if context.model is not None:
        try:
            context.model.predict_proba(context.reference.frame.head(FIRST_ROWS))
        except ModelError as error:
            raise UserError(
                f"The model cannot answer the reference data as it is: {error}. "
                "Correct it, or name columns that are no features in exclude_cols."
            ) from error


def _result(one: Planned, context: Context, guard: Guard) -> Result:
    """Run a test; one that fails itself, as by a mistake in it, is told as such."""
    try:
        with guard():
            return run_test(one.test, context, one.thresholds, one.options)
    except TooLong as error:
        why = str(error)
    except UserError:
        raise
    except Exception as error:
        traceback.print_exc()
        why = f"{type(error).__name__}: {error}"
    return Result(one.test, one.thresholds, skipped=f"the test itself failed: {why}")
