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
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    assert sha256(b"abc") == expected


@pytest.mark.parametrize("thing", [None, [1, {"W": 0.5}], pytest.param(ValueError, id="a class")])
def test_what_was_serialised_is_deserialised(thing):
    """An object that was serialised comes back, given the hash of its bytes."""
    data = serialise(thing)

    assert deserialise(data, sha256(data)) == thing


@pytest.mark.parametrize("digits", [0, 1, 63])
def test_bytes_with_another_hash_are_not_even_unpickled(tmp_path, digits):
    """A hash that agrees in its first digits only is a UserError, and nothing was unpickled."""
    data = pickle.dumps(Bomb(tmp_path / "exploded"))
    actual = sha256(data)
    other = actual[:digits] + "".join("1" if digit == "0" else "0" for digit in actual[digits:])

    with pytest.raises(UserError):
        deserialise(data, other)

    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize(
    "data",
    [b"", b"no pickle", serialise([1])[:-1], b"cno_such_module\nX\n.", b"cjson\nno_such_name\n."],
    ids=["empty", "no pickle", "cut off", "unknown module", "unknown name"],
)
def test_what_cannot_be_unpickled_here_is_told(data):
    """Bytes with the right hash that are no object here, or another version's: a UserError."""
    with pytest.raises(UserError):
        deserialise(data, sha256(data))


# Files


def test_a_file_is_written_and_replaced(tmp_path):
    """Its folder is made where it is missing, and a shorter content leaves nothing of a longer."""
    path = tmp_path / "new" / "folder" / "file"

    write_atomically(path, b"a long content")
    write_atomically(path, b"short")

    assert path.read_bytes() == b"short"
    assert list(path.parent.iterdir()) == [path]


def test_who_is_reading_gets_the_old_content_to_its_end(tmp_path):
    """A file that was opened and half read before the write is as it was."""
    path = tmp_path / "file"
    write_atomically(path, b"old content")

    with path.open("rb", buffering=0) as reader:
        beginning = reader.read(4)
        write_atomically(path, b"new, and longer")
        rest = reader.read()

    assert beginning + rest == b"old content"


def test_a_write_that_fails_is_told_and_leaves_nothing(tmp_path):
    """Where a folder has the file's name: a UserError, and no other file lies beside it."""
    path = tmp_path / "taken"
    path.mkdir()

    with pytest.raises(UserError):
        write_atomically(path, b"content")

    assert list(tmp_path.iterdir()) == [path]


# The cache


def test_a_value_is_made_once_and_kept(cache, clock):
    """The second time it is not made, not even for a new cache on the same folder."""
    assert cache.get("key", lambda: b"made") == b"made"

    assert cache.get("key", never) == b"made"
    assert Cache(cache.folder, clock).get("key", never) == b"made"


def test_each_key_has_its_own_value(cache):
    """Keys may be any text, such as paths, long ones, and ones that differ in a capital letter."""
    keys = ["a", "A", "a/b", "a_b", "../a", "/a", "", " ", "ä", "a\n", "a" * 1000]
    for key in keys:
        cache.get(key, lambda key=key: f"the value of {key}".encode())

    values = [cache.get(key, never).decode() for key in keys]
    assert values == [f"the value of {key}" for key in keys]


@pytest.mark.parametrize("value", [b"", b"\n", b"two\nlines\n", bytes(range(256))])
def test_a_value_may_be_any_bytes(cache, value):
    """What is kept is answered, byte for byte."""
    cache.get("key", lambda: value)

    assert cache.get("key", never) == value


@pytest.mark.parametrize(
    ("age", "max_age", "expected"),
    [
        (0, 10, b"old"),
        (9.9, 10, b"old"),
        (10.1, 10, b"new"),
        (0.1, 0, b"new"),
        (1e9, None, b"old"),
        (-1, 10, b"new"),
    ],
    ids=["new", "still fresh", "too old", "no age at all", "for good", "from the future"],
)
def test_a_value_is_made_again_when_it_is_too_old(cache, clock, age, max_age, expected):
    """The age is counted on the cache's clock; without a largest age, a value is kept for good."""
    cache.get("key", lambda: b"old")

    clock.now += age

    assert cache.get("key", lambda: b"new", max_age) == expected


def test_only_making_a_value_makes_it_young(cache, clock):
    """To be read does not: its age is counted from when it was made, first or again."""
    cache.get("key", lambda: b"first")
    clock.now += 6
    cache.get("key", never, max_age=10)
    clock.now += 6

    assert cache.get("key", lambda: b"second", max_age=10) == b"second"

    clock.now += 6
    assert cache.get("key", never, max_age=10) == b"second"


@pytest.mark.parametrize(
    "damage",
    [
        lambda kept: b"",
        lambda kept: kept[:-1],
        lambda kept: kept.replace(b"value", b"fault"),
        lambda kept: kept[1:],
        lambda kept: b"null\n" + kept,
    ],
    ids=["empty", "cut off", "changed", "without its beginning", "longer"],
)
def test_a_damaged_value_is_made_again(cache, damage):
    """Whatever has become of the files: the value is made again, and kept."""
    cache.get("key", lambda: b"the value")
    for path in cache.folder.rglob("*"):
        if path.is_file():
            path.write_bytes(damage(path.read_bytes()))

    assert cache.get("key", lambda: b"made again") == b"made again"
    assert cache.get("key", never) == b"made again"


def test_a_failure_is_not_kept(cache):
    """An error of `make` reaches the caller as it is, and whoever asks next may have more luck."""

    def fail():
        raise ConnectionError("S3 is away")

    with pytest.raises(ConnectionError):
        cache.get("key", fail)

    assert cache.get("key", lambda: b"made") == b"made"


def test_two_writers_at_once_do_no_harm(cache, clock):
    """While one makes a value, another makes and keeps one: each gets its own, the last is kept."""
    # A second cache on the same folder is as good as a second process: ask it from within `make`.
    other_cache = Cache(cache.folder, clock)
    others = []

    def make_slowly():
        others.append(other_cache.get("key", lambda: b"the faster one's"))
        return b"the slower one's"

    own = cache.get("key", make_slowly)

    assert (own, others) == (b"the slower one's", [b"the faster one's"])
    assert other_cache.get("key", never) == b"the slower one's"


# Finding a run


@pytest.mark.parametrize("asked", [ID, ID[:6], ID[:7].upper()], ids=["all", "6", "7 in capitals"])
def test_a_run_is_found_by_the_start_of_its_id(keep_run, tmp_path, asked):
    """The whole id or its first digits, 6 or more, in small or capital letters, find the folder."""
    folder = keep_run(ID)
    keep_run(OTHER_ID)

    assert find_experiment(asked, tmp_path) == folder


@pytest.mark.parametrize(
    "asked",
    [ID[:5], "", "123456", ID[1:9], ID + "0"],
    ids=["5 digits", "none", "of no run", "from the middle", "41 digits"],
)
def test_what_is_no_start_of_an_id_finds_nothing(keep_run, tmp_path, asked):
    """Fewer than 6 digits, or digits with which no id begins: a UserError."""
    keep_run(ID)

    with pytest.raises(UserError):
        find_experiment(asked, tmp_path)


def test_the_start_of_two_ids_is_told_with_both(keep_run, tmp_path):
    """Digits that two runs share are a UserError that names the two, and not the third."""
    first, second = ID[:6] + "1" * 34, ID[:6] + "2" * 34
    for model_id in (first, second, OTHER_ID):
        keep_run(model_id)

    with pytest.raises(UserError) as caught:
        find_experiment(ID[:6], tmp_path)

    named = {model_id for model_id in (first, second, OTHER_ID) if model_id in str(caught.value)}
    assert named == {first, second}


@pytest.mark.parametrize("report", ["", "null", "{}", '{"model_id": "0a1b'])
def test_a_folder_without_a_sound_report_is_no_run(keep_run, tmp_path, report):
    """It is not found, and it does not keep the others from being found."""
    sound, broken = keep_run(ID), keep_run(OTHER_ID)
    (broken / "report.json").write_text(report)

    with pytest.raises(UserError):
        find_experiment(OTHER_ID, tmp_path)

    assert find_experiment(ID, tmp_path) == sound


def test_a_copy_under_another_name_is_no_run(keep_run, tmp_path):
    """A folder whose report is of another id stands in nobody's way."""
    folder = keep_run(ID)
    shutil.copytree(folder, tmp_path / f"{ID}-before-the-holidays")

    assert find_experiment(ID[:6], tmp_path) == folder


def test_the_latest_run_is_the_one_trained_last(keep_run, tmp_path):
    """Whatever the ids are, and in whatever order the folders were made."""
    keep_run("b" * 40, trained_at="2030-01-02T10:00:00+00:00")
    latest = keep_run("a" * 40, trained_at="2030-01-10T09:00:00+00:00")
    keep_run("c" * 40, trained_at="2029-12-31T23:59:59+00:00")

    assert latest_experiment("tennis_points", "random_forest", tmp_path) == latest


def test_the_latest_run_is_of_that_dataset_and_that_model(keep_run, tmp_path):
    """Later runs of another dataset, or of another model, do not count."""
    folder = keep_run("a" * 40, trained_at="2030-01-01")
    keep_run("b" * 40, trained_at="2030-01-02", dataset="digits")
    keep_run("c" * 40, trained_at="2030-01-03", model="logistic_regression")

    assert latest_experiment("tennis_points", "random_forest", tmp_path) == folder


def test_what_was_never_trained_is_told(keep_run, tmp_path):
    """No run of that dataset and model: a UserError, also where there is no folder of runs yet."""
    keep_run(ID, dataset="digits")

    with pytest.raises(UserError):
        latest_experiment("tennis_points", "random_forest", tmp_path)
    with pytest.raises(UserError):
        latest_experiment("tennis_points", "random_forest", tmp_path / "nothing")
