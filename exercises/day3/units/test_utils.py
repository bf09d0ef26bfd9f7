"""Test the small tools that all else is built on: bytes, files, the cache, and finding a run.

Nobody looks at such code for months, and everything relies on it. What is promised is in the
docstrings of src/utils.py. No test here waits: the cache is given a clock. None patches: whatever
can happen to a file can be done to a file of the test's own, in the folder `tmp_path`.

The cache's files are its own affair, and so are the words of an error. But that there are files is
promised, and that a damaged one does no harm: a test may spoil them.
"""

import json
import os
import pickle
import shutil

import pytest

from src.errors import UserError
from src.utils import (
    Cache,
    deserialise,
    find_experiment,
    latest_experiment,
    serialise,
    sha256,
    write_atomically,
)

ID, OTHER_ID = "0a1b2c3d" * 5, "f" * 40


class Clock:
    """Time passes when a test says so: `clock.now += 1`."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class Bomb:
    """What somebody with bad intentions would have us unpickle: it makes a folder."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.fixture
def clock():
    """A clock that stands still until the test moves it."""
    return Clock()


@pytest.fixture
def cache(tmp_path, clock):
    """An empty cache, which tells the time by the test's clock."""
    return Cache(tmp_path / "cache", clock)


@pytest.fixture
def keep_run(tmp_path):
    """A function that makes the folder of a training run in tmp_path, with its report."""

    def keep(model_id, dataset="tennis_points", model="random_forest", trained_at="2030-01-01"):
        report = {
            "model_id": model_id,
            "dataset": dataset,
            "model": model,
            "trained_at": trained_at,
        }
        folder = tmp_path / model_id
        folder.mkdir()
        (folder / "report.json").write_text(json.dumps(report))
        return folder

    return keep


def never():
    """Stands in for `make` where nothing should be made."""
    raise AssertionError("made again, though it was kept")


# Bytes


def test_the_hash_is_sha256_in_hexadecimal():
    """Of b"abc" it is what the standard says (FIPS 180-4 has it as an example)."""
    raise NotImplementedError


# Parametrize the object.
def test_what_was_serialised_is_deserialised():
    """An object that was serialised comes back, given the hash of its bytes."""
    raise NotImplementedError


# Parametrize the number of digits.
def test_bytes_with_another_hash_are_not_even_unpickled(tmp_path):
    """A hash that agrees in its first digits only is a UserError, and nothing was unpickled."""
    # What has a Bomb done when it was unpickled?
    raise NotImplementedError


# Parametrize the bytes: b"cno_such_module\nX\n." is a pickle of X in no_such_module.
def test_what_cannot_be_unpickled_here_is_told():
    """Bytes with the right hash that are no object here, or another version's: a UserError."""
    raise NotImplementedError


# Files


def test_a_file_is_written_and_replaced(tmp_path):
    """Its folder is made where it is missing, and a shorter content leaves nothing of a longer."""
    raise NotImplementedError


def test_who_is_reading_gets_the_old_content_to_its_end(tmp_path):
    """A file that was opened and half read before the write is as it was."""
    # path.open("rb", buffering=0) reads no more than it is asked for.
    raise NotImplementedError


def test_a_write_that_fails_is_told_and_leaves_nothing(tmp_path):
    """Where a folder has the file's name: a UserError, and no other file lies beside it."""
    raise NotImplementedError


# The cache


def test_a_value_is_made_once_and_kept(cache, clock):
    """The second time it is not made, not even for a new cache on the same folder."""
    # The fixture's folder is cache.folder.
    raise NotImplementedError


def test_each_key_has_its_own_value(cache):
    """Keys may be any text, such as paths, long ones, and ones that differ in a capital letter."""
    raise NotImplementedError


# Parametrize the value.
def test_a_value_may_be_any_bytes(cache):
    """What is kept is answered, byte for byte."""
    raise NotImplementedError


# Parametrize its age, the largest age, and whether the old value or a new one is expected.
def test_a_value_is_made_again_when_it_is_too_old(cache, clock):
    """The age is counted on the cache's clock; without a largest age, a value is kept for good."""
    raise NotImplementedError


def test_only_making_a_value_makes_it_young(cache, clock):
    """To be read does not: its age is counted from when it was made, first or again."""
    raise NotImplementedError


# Parametrize the damage: a function of the bytes of the file that makes other bytes.
def test_a_damaged_value_is_made_again(cache):
    """Whatever has become of the files: the value is made again, and kept."""
    raise NotImplementedError


def test_a_failure_is_not_kept(cache):
    """An error of `make` reaches the caller as it is, and whoever asks next may have more luck."""
    raise NotImplementedError


def test_two_writers_at_once_do_no_harm(cache, clock):
    """While one makes a value, another makes and keeps one: each gets its own, the last is kept."""
    # A second cache on the same folder is as good as a second process: ask it from within `make`.
    raise NotImplementedError


# Finding a run


# Parametrize what is asked for.
def test_a_run_is_found_by_the_start_of_its_id(keep_run, tmp_path):
    """The whole id or its first digits, 6 or more, in small or capital letters, find the folder."""
    raise NotImplementedError


# Parametrize what is asked for.
def test_what_is_no_start_of_an_id_finds_nothing(keep_run, tmp_path):
    """Fewer than 6 digits, or digits with which no id begins: a UserError."""
    raise NotImplementedError


def test_the_start_of_two_ids_is_told_with_both(keep_run, tmp_path):
    """Digits that two runs share are a UserError that names the two, and not the third."""
    raise NotImplementedError


# Parametrize the content of the report.
def test_a_folder_without_a_sound_report_is_no_run(keep_run, tmp_path):
    """It is not found, and it does not keep the others from being found."""
    # keep_run makes a sound one, and answers its folder.
    raise NotImplementedError


def test_a_copy_under_another_name_is_no_run(keep_run, tmp_path):
    """A folder whose report is of another id stands in nobody's way."""
    # shutil.copytree copies a folder.
    raise NotImplementedError


def test_the_latest_run_is_the_one_trained_last(keep_run, tmp_path):
    """Whatever the ids are, and in whatever order the folders were made."""
    raise NotImplementedError


def test_the_latest_run_is_of_that_dataset_and_that_model(keep_run, tmp_path):
    """Later runs of another dataset, or of another model, do not count."""
    raise NotImplementedError


def test_what_was_never_trained_is_told(keep_run, tmp_path):
    """No run of that dataset and model: a UserError, also where there is no folder of runs yet."""
    raise NotImplementedError
