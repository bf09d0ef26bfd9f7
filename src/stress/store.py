"""What is kept of stress tests: projects, what is registered in them, jobs, and results."""

import json
import secrets
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from src.errors import UserError
from src.stress.database import Database
from src.stress.rows import JobRow, ProjectRow, Registered
from src.stress.suggestion import unknown

FILE = "store.sqlite"
APPLICATION, VERSION = 0x57E5574E, 1
ID_BYTES = 6
NEWEST_SHOWN = 10
ACTIVE = ("pending", "running")

SCHEMA = """
CREATE TABLE projects (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT NOT NULL,
    model_task TEXT NOT NULL, created_at TEXT NOT NULL
);
CREATE TABLE registered (
    id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects (id), kind TEXT NOT NULL,
    fingerprint TEXT NOT NULL, config TEXT NOT NULL, facts TEXT NOT NULL,
    registered_at TEXT NOT NULL, UNIQUE (project_id, kind, fingerprint)
);
CREATE TABLE names (
    project_id TEXT NOT NULL REFERENCES projects (id), kind TEXT NOT NULL, name TEXT NOT NULL,
    id TEXT NOT NULL REFERENCES registered (id), PRIMARY KEY (project_id, kind, name)
);
CREATE TABLE jobs (
    id TEXT PRIMARY KEY, project_id TEXT NOT NULL REFERENCES projects (id), name TEXT NOT NULL,
    config TEXT NOT NULL, names TEXT NOT NULL, status TEXT NOT NULL, message TEXT NOT NULL,
    done INTEGER NOT NULL, total INTEGER NOT NULL, current TEXT NOT NULL,
    pid INTEGER NOT NULL, cancelling INTEGER NOT NULL,
    created_at TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT NOT NULL
);
CREATE TABLE results (
    job_id TEXT NOT NULL REFERENCES jobs (id), position INTEGER NOT NULL, test TEXT NOT NULL,
    severity INTEGER NOT NULL, result TEXT NOT NULL, PRIMARY KEY (job_id, test)
)
"""


def new_id() -> str:
    """Make an id."""
    return secrets.token_hex(ID_BYTES)


def now() -> str:
    """Answer the UTC time in ISO format."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Store:
    """Projects, registrations, jobs and results in a folder; processes and threads may share it.

    Whatever is asked for by id may be asked for by name.
    """

    def __init__(self, folder: Path) -> None:
        """Use a folder, which is made when first needed."""
        if folder.is_file():
            raise UserError(f"{folder} is a file: give a folder for the store of stress tests.")
        self.folder = folder
        self._database = Database(folder / FILE, APPLICATION, VERSION, SCHEMA)

    def add_project(self, name: str, description: str, model_task: str) -> ProjectRow:
        """Add a project, or answer the one of that name and task, with the new description.

        Raises:
            UserError: there is one of that name and another task.
        """
        with self._database.changing() as tables:
            there = tables.execute("SELECT * FROM projects WHERE name = ?", [name]).fetchone()
            if there and there["model_task"] != model_task:
                raise UserError(
                    f"There is a project {name!r} already, of {there['model_task']}: "
                    "choose another name for this one."
                )
            if there:
                change = "UPDATE projects SET description = ? WHERE id = ?"
                tables.execute(change, [description, there["id"]])
                return ProjectRow(**{**there, "description": description})
            row = ProjectRow(new_id(), name, description, model_task, now())
            _insert(tables, "projects", vars(row))
            return row

    def project(self, id_or_name: str) -> ProjectRow:
        """Answer a project.

        Raises:
            UserError: there is none.
        """
        projects = self.projects()
        for matches in (lambda row: row.id == id_or_name, lambda row: row.name == id_or_name):
            for row in filter(matches, projects):
                return row
        raise UserError(unknown("project", id_or_name, [row.name for row in projects]))

    def projects(self) -> list[ProjectRow]:
        """Answer all projects, the oldest first."""
        with self._database.reading() as tables:
            rows = tables.execute("SELECT * FROM projects ORDER BY created_at, rowid").fetchall()
        return [ProjectRow.of(row) for row in rows]

    def register(
        self,
        project_id: str,
        kind: str,
        name: str,
        fingerprint: str,
        config: dict[str, Any],
        facts: dict[str, Any],
    ) -> str:
        """Register a dataset or model, and answer its id.

        What is there already by its fingerprint is the same one, under both names; a name that is
        taken means the new one from now on.
        """
        key = [project_id, kind, fingerprint]
        with self._database.changing() as tables:
            there = tables.execute(
                "SELECT id FROM registered WHERE project_id = ? AND kind = ? AND fingerprint = ?",
                key,
            ).fetchone()
            known_id = there["id"] if there else new_id()
            if there:
                change = "UPDATE registered SET config = ?, facts = ? WHERE id = ?"
                tables.execute(change, [json.dumps(config), json.dumps(facts), known_id])
            else:
                texts = [json.dumps(config), json.dumps(facts)]
                _insert_values(tables, "registered", [known_id, *key, *texts, now()])
            tables.execute(
                "INSERT OR REPLACE INTO names VALUES (?, ?, ?, ?)",
                [project_id, kind, name, known_id],
            )
        return known_id

    def registered(self, project_id: str, kind: str, id_or_name: str) -> Registered:
        """Answer what is registered in a project.

        Raises:
            UserError: nothing of the kind is.
        """
        rows = {row.id: row for row in self.all_registered(project_id, kind)}
        if id_or_name in rows:
            return rows[id_or_name]
        with self._database.reading() as tables:
            named = dict(
                tables.execute(
                    "SELECT name, id FROM names WHERE project_id = ? AND kind = ?",
                    [project_id, kind],
                ).fetchall()
            )
        if id_or_name in named:
            return replace(rows[named[id_or_name]], name=id_or_name)
        known = [*named, *rows]
        raise UserError(f"{unknown(kind, id_or_name, known)} Register it in the project first.")

    def all_registered(self, project_id: str, kind: str) -> list[Registered]:
        """Answer all datasets or models of a project, the oldest first."""
        with self._database.reading() as tables:
            rows = tables.execute(
                "SELECT registered.*, (SELECT name FROM names WHERE names.id = registered.id "
                "ORDER BY rowid DESC LIMIT 1) AS name FROM registered "
                "WHERE project_id = ? AND kind = ? ORDER BY registered_at, rowid",
                [project_id, kind],
            ).fetchall()
        return [Registered.of(row) for row in rows]

    def add_job(
        self, job_id: str, project_id: str, config: dict[str, Any], names: dict[str, str]
    ) -> None:
        """Add a job that has not begun."""
        row = JobRow(
            id=job_id,
            project_id=project_id,
            name=config["run_name"],
            config=config,
            names=names,
            status="pending",
            message="",
            done=0,
            total=0,
            current="",
            pid=0,
            cancelling=False,
            severity=None,
            created_at=now(),
            started_at="",
            finished_at="",
        )
        values = vars(row) | {"config": json.dumps(config), "names": json.dumps(names)}
        del values["severity"]  # it is that of the results
        with self._database.changing() as tables:
            _insert(tables, "jobs", values)

    def job(self, id_or_name: str) -> JobRow:
        """Answer a job by its id or how it starts, or the newest one of a name.

        Raises:
            UserError: there is none, or several ids start like this.
        """
        jobs = self.jobs()
        for matches in (lambda job: job.id == id_or_name, lambda job: job.name == id_or_name):
            for job in filter(matches, jobs):
                return job
        starts = [job for job in jobs if id_or_name and job.id.startswith(id_or_name)]
        if len(starts) == 1:
            return starts[0]
        if starts:
            ids = ", ".join(job.id for job in starts)
            raise UserError(f"{id_or_name!r} is the start of {len(starts)} runs, {ids}.")
        known = dict.fromkeys(name for job in jobs for name in (job.id, job.name))
        raise UserError(unknown("run", id_or_name, known, most=NEWEST_SHOWN))

    def jobs(self, project_id: str | None = None) -> list[JobRow]:
        """Answer all jobs, or those of a project, the newest first."""
        with self._database.reading() as tables:
            rows = tables.execute(
                "SELECT *, (SELECT max(severity) FROM results WHERE job_id = jobs.id) AS severity "
                "FROM jobs WHERE ? IS NULL OR project_id = ? "
                "ORDER BY created_at DESC, rowid DESC",
                [project_id, project_id],
            ).fetchall()
        return [JobRow.of(row) for row in rows]

    def change_job(self, job_id: str, if_active: bool = False, **changes: Any) -> None:
        """Change what is kept of a job; `if_active`: unless it has ended meanwhile."""
        assignments = ", ".join(f"{column} = ?" for column in changes)
        condition = f" AND status IN {ACTIVE}" if if_active else ""
        with self._database.changing() as tables:
            tables.execute(
                f"UPDATE jobs SET {assignments} WHERE id = ?{condition}",
                [*changes.values(), job_id],
            )

    def keep_result(
        self, job_id: str, position: int, test: str, severity: int, result: dict[str, Any]
    ) -> None:
        """Keep the result of a test, and count it as done."""
        values = [job_id, position, test, severity, json.dumps(result)]
        with self._database.changing() as tables:
            tables.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?)", values)
            tables.execute(
                "UPDATE jobs SET done = (SELECT count(*) FROM results WHERE job_id = ?) "
                "WHERE id = ?",
                [job_id, job_id],
            )

    def results(self, job_id: str) -> dict[str, dict[str, Any]]:
        """Answer the results there are, by the tests' names, in the order of the run."""
        with self._database.reading() as tables:
            rows = tables.execute(
                "SELECT test, result FROM results WHERE job_id = ? ORDER BY position", [job_id]
            ).fetchall()
        return {row["test"]: json.loads(row["result"]) for row in rows}


def _insert(tables: sqlite3.Connection, table: str, row: dict[str, Any]) -> None:
    marks = ", ".join("?" * len(row))
    tables.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


def _insert_values(tables: sqlite3.Connection, table: str, values: list[Any]) -> None:
    tables.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)
