"""The SDK: projects, what is registered in them, and jobs that test it."""

from pathlib import Path
from typing import Any

from src.config import Settings
from src.errors import UserError
from src.stress import lifeline
from src.stress.configuration import (
    MODEL_TASKS,
    TestRunConfig,
    parse,
)
from src.stress.configuration import (
    model_task as checked_task,
)
from src.stress.job import Job
from src.stress.launch import launch, lock_of
from src.stress.project import Project
from src.stress.store import Store, new_id

FOLDER = "stress"  # below the output folder


class Client:
    """Stress tests, kept in a folder; there is no server and no account.

    Whatever is asked for by id may be asked for by name.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        """Use a folder, by default `stress` below the output folder; it is made when needed."""
        folder = Settings.from_env().output_dir / FOLDER if path is None else Path(path)
        self.path = folder.expanduser().absolute()
        self._store = Store(self.path)

    def create_project(
        self, name: str, description: str = "", model_task: str = MODEL_TASKS[0]
    ) -> Project:
        """Create a project, or answer the one that has this name and task already.

        Raises:
            UserError: there is one of this name and another task, or no such task.
        """
        if not name.strip():
            raise UserError("A project needs a name.")
        row = self._store.add_project(name, description, checked_task(model_task))
        return Project(self._store, row)

    def get_project(self, project_id: str) -> Project:
        """Answer a project.

        Raises:
            UserError: there is none.
        """
        return Project(self._store, self._store.project(project_id))

    def projects(self) -> list[Project]:
        """Answer all projects, the oldest first."""
        return [Project(self._store, row) for row in self._store.projects()]

    def start_stress_test(
        self, test_run_config: dict[str, Any], project_id: str, background: bool = True
    ) -> Job:
        """Start stress tests, after a check that all of the configuration is known.

        Args:
            test_run_config: see docs/stress.md.
            project_id: whose datasets and model are meant.
            background: in a process of their own; otherwise here, and the job that comes back has
                ended. Only then tests that were made in this process are run as well.

        Raises:
            UserError: something in the configuration is unknown or of no use.
        """
        from src.stress.catalogue import CUSTOM, tests_of
        from src.stress.suite import plan
        from src.stress.work import tests_in

        project = self.get_project(project_id)
        config = parse(TestRunConfig, test_run_config)
        if background and CUSTOM in config.categories and not config.custom_tests:
            raise UserError(
                "Tests that were made in this process do not run in the background: name their "
                "file in custom_tests, or give background=False."
            )
        registered = () if background else tests_of(CUSTOM)
        plan(config, [*registered, *tests_in(config.custom_tests)])
        config, names = project.resolve(config)
        job_id = new_id()
        lock = lifeline.take(lock_of(self._store, job_id))  # first, or it would seem to have died
        self._store.add_job(job_id, project.id, config.model_dump(mode="json"), names)
        launch(self._store, job_id, lock, background)
        return Job(self._store, job_id)

    def get_job(self, job_id: str) -> Job:
        """Answer a job: by its id or how it starts, or the newest of a run's name.

        Raises:
            UserError: there is none.
        """
        return Job(self._store, self._store.job(job_id).id)

    def jobs(self, project_id: str | None = None) -> list[Job]:
        """Answer all jobs, or those of a project, the newest first.

        Raises:
            UserError: there is no such project.
        """
        of = None if project_id is None else self.get_project(project_id).id
        return [Job(self._store, row.id) for row in self._store.jobs(of)]

    def resume(self, job_id: str, background: bool = True) -> Job:
        """Go on with a job that was cancelled, interrupted or failed; it has the same outcome.

        Args:
            job_id: of the job.
            background: as for `start_stress_test`.

        Raises:
            UserError: there is no such job, it goes on, or all is done.
        """
        return self.get_job(job_id).resume(background)
