"""What is kept of stress tests is whole, whoever else writes, and a foreign file is left alone."""

import sqlite3
import subprocess
import sys

import pytest

from src.config import ROOT
from src.errors import UserError
from src.stress.database import Database
from src.stress.store import FILE, Store

TASK = "MODEL_TASK_BINARY_CLASSIFICATION"
REGISTER_MANY = """
import sys
from pathlib import Path
from src.stress.database import Database
from src.stress.store import Store
store = Store(Path(sys.argv[1]))
project = store.add_project("shared", "", "TASK")
for number in range(20):
    store.register(project.id, "dataset", f"{sys.argv[2]} {number}", f"print {number}", {}, {})
"""


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


@pytest.fixture
def project(store):
    return store.add_project("shots", "", TASK)


@pytest.fixture
def job(store, project):
    """Id of a job that has not begun."""
    store.add_job("j0b0", project.id, {"run_name": "My run", "seed": 0}, {"project": "shots"})
    return "j0b0"


def test_nothing_is_made_before_something_is_kept(tmp_path):
    Store(tmp_path / "store")

    assert list(tmp_path.iterdir()) == []


def test_a_project_is_found_by_id_and_by_name(store, project):
    assert store.project(project.id) == store.project("shots") == project


def test_a_project_that_is_not_there_is_told_with_the_nearest(store, project):
    with pytest.raises(UserError, match="did you mean 'shots'"):
        store.project("shot")


def test_the_same_fingerprint_is_the_same_under_both_names(store, project):
    first, second = (
        store.register(project.id, "model", name, "print", {"of": name}, {}) for name in "ab"
    )

    assert first == second
    assert [row.config for row in store.all_registered(project.id, "model")] == [{"of": "b"}]
    assert store.registered(project.id, "model", "a").name == "a"


def test_what_one_project_has_another_has_not(store, project):
    other = store.add_project("other", "", TASK)
    store.register(other.id, "model", "a", "print", {}, {})

    with pytest.raises(UserError, match="there is none yet"):
        store.registered(project.id, "model", "a")


def test_results_come_in_the_order_of_the_run(store, job):
    for position, test in [(1, "second"), (0, "first")]:
        store.keep_result(job, position, test, 0, {"of": test})

    assert list(store.results(job)) == ["first", "second"]


def test_a_job_knows_how_much_is_done_and_the_worst_of_it(store, job):
    for severity in (1, 3, 2):
        store.keep_result(job, severity, f"test {severity}", severity, {})

    assert (store.job(job).done, store.job(job).severity) == (3, 3)


def test_a_result_that_is_kept_again_counts_once(store, job):
    for _ in range(2):
        store.keep_result(job, 0, "test", 0, {})

    assert store.job(job).done == 1


@pytest.mark.parametrize("asked", ["j0b0", "My run", "j0"])
def test_a_job_is_found_by_id_by_name_and_by_how_its_id_starts(store, job, asked):
    assert store.job(asked).id == job


def test_a_name_of_several_runs_is_the_newest(store, job, project):
    store.add_job("0ther", project.id, {"run_name": "My run"}, {})

    assert store.job("My run").id == "0ther"


def test_a_job_that_has_ended_is_not_changed_by_who_takes_it_for_active(store, job):
    store.change_job(job, status="succeeded")

    store.change_job(job, if_active=True, status="interrupted")

    assert store.job(job).status == "succeeded"


def test_a_change_that_fails_half_way_changes_nothing(tmp_path):
    notes = Database(tmp_path / "notes", 1, 1, "CREATE TABLE notes (text TEXT UNIQUE)")

    def write_twice():
        with notes.changing() as tables:
            tables.execute("INSERT INTO notes VALUES ('twice')")
            tables.execute("INSERT INTO notes VALUES ('twice')")

    with pytest.raises(sqlite3.IntegrityError):
        write_twice()
    with notes.reading() as tables:
        assert tables.execute("SELECT * FROM notes").fetchall() == []


def test_two_processes_may_fill_a_store_at_once(tmp_path):
    """Both begin with no store, and register the same datasets by different names."""
    both = [
        subprocess.Popen([sys.executable, "-c", REGISTER_MANY, tmp_path, name], cwd=ROOT)
        for name in ("one", "other")
    ]
    assert [process.wait() for process in both] == [0, 0]

    (project,) = Store(tmp_path).projects()
    assert len(Store(tmp_path).all_registered(project.id, "dataset")) == 20


def foreign_database(path):
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (id)")
    other.close()


def database_of_tomorrow(path):
    Store(path.parent).projects()
    with sqlite3.connect(path) as store:
        store.execute("PRAGMA user_version = 2")
    store.close()


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda path: path.write_bytes(b"no database" * 100), "is damaged or no store"),
        (foreign_database, "it is another program's"),
        (database_of_tomorrow, "is of version 2, where this program knows 1"),
        (lambda path: path.mkdir(), "cannot be used"),
    ],
)
def test_a_file_that_is_no_store_is_told_and_left_alone(tmp_path, make, told):
    make(tmp_path / FILE)
    before = (tmp_path / FILE).is_file() and (tmp_path / FILE).read_bytes()

    with pytest.raises(UserError, match=told):
        Store(tmp_path).add_project("shots", "", TASK)
    assert ((tmp_path / FILE).is_file() and (tmp_path / FILE).read_bytes()) == before


def test_a_store_is_a_folder(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(UserError, match="is a file: give a folder"):
        Store(tmp_path / "file")
