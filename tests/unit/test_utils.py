import json
import pickle
from threading import Barrier, Thread

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


class Bomb:
    """Leaves a file where it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


class FakeClock:
    now = 0.0

    def __call__(self):
        return self.now


def never():
    raise AssertionError("the cache should have had this")


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def cache(tmp_path, clock):
    return Cache(tmp_path / "cache", clock=clock)


@pytest.fixture
def keep_run(tmp_path):
    """Keep a run with an id in the folder tmp_path."""

    def keep(model_id, dataset="shots", model="random_forest", trained_at="2030-01-01"):
        report = {
            "model_id": model_id,
            "dataset": dataset,
            "model": model,
            "trained_at": trained_at,
        }
        (tmp_path / model_id).mkdir()
        (tmp_path / model_id / "report.json").write_text(json.dumps(report))

    return keep


# Serialisation and hashing


def test_what_was_serialised_can_be_deserialised():
    data = serialise({"trees": [1, 2]})

    assert deserialise(data, sha256(data)) == {"trees": [1, 2]}


def test_bytes_with_another_hash_are_refused_and_not_even_unpickled(tmp_path):
    data = pickle.dumps(Bomb(tmp_path / "exploded"))

    with pytest.raises(UserError, match="Refusing to load"):
        deserialise(data, sha256(b"something else"))

    assert not (tmp_path / "exploded").exists()


@pytest.mark.parametrize(
    "data", [b"", b"no pickle", b"cno_such_module\nThing\n.", b"cos\nno_such_name\n."]
)
def test_bytes_that_cannot_be_unpickled_here_are_a_clear_error(data):
    with pytest.raises(UserError, match="cannot be loaded here"):
        deserialise(data, sha256(data))


def test_the_hash_is_sha256_in_hexadecimal():
    assert sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


# Writing


def test_a_file_is_written_in_folders_that_are_made(tmp_path):
    write_atomically(tmp_path / "new" / "deep" / "file", b"content")

    assert (tmp_path / "new" / "deep" / "file").read_bytes() == b"content"


def test_a_file_replaces_the_one_before(tmp_path):
    write_atomically(tmp_path / "file", b"long content")
    write_atomically(tmp_path / "file", b"short")

    assert (tmp_path / "file").read_bytes() == b"short"


def test_a_write_that_fails_leaves_the_old_content_and_nothing_else(tmp_path):
    write_atomically(tmp_path / "file", b"old")

    with pytest.raises(TypeError):
        write_atomically(tmp_path / "file", "text is not bytes")

    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", b"old")]


def test_a_place_that_cannot_be_written_is_a_clear_error(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(UserError, match="below cannot be written"):
        write_atomically(tmp_path / "file" / "below", b"content")


# The cache


def test_a_value_is_made_once(cache):
    assert cache.get("key", lambda: b"made") == b"made"
    assert cache.get("key", never) == b"made"


def test_a_value_outlives_the_process(cache, clock):
    cache.get("key", lambda: b"made")

    assert Cache(cache.folder, clock=clock).get("key", never) == b"made"


def test_each_key_has_a_value_of_its_own(cache):
    keys = ["a", "b", "a/b", "../a", "", "ä", "a" * 1000]
    for key in keys:
        cache.get(key, key.encode)

    assert [cache.get(key, never) for key in keys] == [key.encode() for key in keys]


def test_a_value_may_hold_any_bytes(cache):
    data = bytes(range(256)) + b"\n\n"
    cache.get("key", lambda: data)

    assert cache.get("key", never) == data


@pytest.mark.parametrize(
    "damage",
    [
        lambda kept: b"",
        lambda kept: kept[:-1],
        lambda kept: kept + b"!",
        lambda kept: kept.replace(b"made", b"fade"),
        lambda kept: b"null\nmade",
        lambda kept: b"\xff\n" + kept,
    ],
    ids=["empty", "cut", "longer", "other byte", "no header", "no text"],
)
def test_a_damaged_value_is_made_again(cache, damage):
    cache.get("key", lambda: b"made")
    [path] = cache.folder.iterdir()
    path.write_bytes(damage(path.read_bytes()))

    assert cache.get("key", lambda: b"made again") == b"made again"
    assert cache.get("key", never) == b"made again"


@pytest.mark.parametrize(("age", "expected"), [(0, b"old"), (10, b"old"), (10.001, b"new")])
def test_a_value_is_good_up_to_its_age_and_not_longer(cache, clock, age, expected):
    cache.get("key", lambda: b"old")
    clock.now += age

    assert cache.get("key", lambda: b"new", max_age=10) == expected


def test_a_value_without_an_age_is_good_for_ever(cache, clock):
    cache.get("key", lambda: b"made")
    clock.now += 1e9

    assert cache.get("key", never) == b"made"


def test_a_value_from_the_future_is_not_trusted(cache, clock):
    """Where the clock was set back, nobody knows how old a value is."""
    cache.get("key", lambda: b"old")
    clock.now -= 1

    assert cache.get("key", lambda: b"new", max_age=10) == b"new"


def test_a_value_that_could_not_be_made_is_not_kept(cache):
    with pytest.raises(ZeroDivisionError):
        cache.get("key", lambda: 1 / 0)

    assert cache.get("key", lambda: b"made") == b"made"


def test_several_writers_at_once_leave_a_whole_value(cache):
    """All find nothing, and all write: one of the values is there in the end, whole."""
    values = [bytes([number]) * 100_000 for number in range(4)]
    all_at_once = Barrier(len(values), timeout=60)

    def make(value):
        all_at_once.wait()
        return value

    writers = [
        Thread(target=cache.get, args=("key", lambda value=value: make(value))) for value in values
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert cache.get("key", never) in values
    assert len(list(cache.folder.iterdir())) == 1


# Finding a run


@pytest.mark.parametrize("digits", [6, 10, 40])
def test_a_run_is_found_by_the_start_of_its_id(keep_run, tmp_path, digits):
    keep_run("0a1b2c3d" * 5)
    keep_run("ffffffff" * 5)

    assert find_experiment(("0a1b2c3d" * 5)[:digits], tmp_path) == tmp_path / ("0a1b2c3d" * 5)


def test_an_id_may_be_written_in_capitals(keep_run, tmp_path):
    keep_run("abcdef" + "0" * 34)

    assert find_experiment("ABCDEF", tmp_path) == tmp_path / ("abcdef" + "0" * 34)


def test_fewer_than_six_digits_are_too_few(keep_run, tmp_path):
    keep_run("0a1b2c3d" * 5)

    with pytest.raises(UserError, match="'0a1b2' is too short"):
        find_experiment("0a1b2", tmp_path)


def test_an_unknown_id_is_answered_with_the_newest_ones(keep_run, tmp_path):
    for number in range(7):
        keep_run(f"{number}" * 40, trained_at=f"2030-01-0{number + 1}")

    with pytest.raises(UserError, match=r"No training run abcdef .* The newest: 6{40}.*2{40}") as e:
        find_experiment("abcdef", tmp_path)
    assert "1" * 40 not in str(e.value)


def test_an_ambiguous_id_is_answered_with_those_it_may_be(keep_run, tmp_path):
    keep_run("abcdef" + "0" * 34)
    keep_run("abcdef" + "1" * 34)
    keep_run("f" * 40)

    with pytest.raises(UserError, match=r"start of 2 ids.*abcdef1+ .*abcdef0+ ") as e:
        find_experiment("abcdef", tmp_path)
    assert "f" * 40 not in str(e.value)


def test_where_there_is_no_run_one_is_told_how_to_make_one(tmp_path):
    with pytest.raises(UserError, match="python -m src train"):
        find_experiment("abcdef", tmp_path / "no-such-folder")


@pytest.mark.parametrize("report", ["", "null", "{}", '{"model_id": "abcdef"', "\0"])
def test_a_folder_without_a_sound_report_is_no_run(keep_run, tmp_path, report):
    keep_run("abcdef" + "0" * 34)
    (tmp_path / ("abcdef" + "0" * 34) / "report.json").write_text(report)

    with pytest.raises(UserError, match="There is none yet"):
        find_experiment("abcdef", tmp_path)


def test_a_folder_that_bears_another_id_is_no_run(keep_run, tmp_path):
    keep_run("abcdef" + "0" * 34)
    (tmp_path / ("abcdef" + "0" * 34)).rename(tmp_path / ("f" * 40))

    with pytest.raises(UserError, match="There is none yet"):
        find_experiment("abcdef", tmp_path)


def test_the_latest_run_is_the_one_trained_last(keep_run, tmp_path):
    keep_run("a" * 40, trained_at="2030-01-02T10:00:00")
    keep_run("b" * 40, trained_at="2030-01-02T10:00:01")
    keep_run("c" * 40, trained_at="2030-01-01T23:59:59")

    assert latest_experiment("shots", "random_forest", tmp_path) == tmp_path / ("b" * 40)


def test_the_latest_run_is_one_of_that_model_and_that_dataset(keep_run, tmp_path):
    keep_run("a" * 40, trained_at="2030-01-01")
    keep_run("b" * 40, trained_at="2030-01-02", model="logistic_regression")
    keep_run("c" * 40, trained_at="2030-01-02", dataset="points")

    assert latest_experiment("shots", "random_forest", tmp_path) == tmp_path / ("a" * 40)


def test_a_model_that_was_never_trained_is_a_clear_error(keep_run, tmp_path):
    keep_run("a" * 40, dataset="points")

    with pytest.raises(UserError, match="train --dataset shots --model random_forest"):
        latest_experiment("shots", "random_forest", tmp_path)
