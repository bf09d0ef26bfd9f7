import hashlib
import json

import pytest

from src.errors import UserError
from src.utils import Cache, deserialise, find_experiment, serialise, sha256


def test_serialise():
    d = serialise({"a": 1})
    assert deserialise(d, sha256(d)) == {"a": 1}


def test_hash_wrong():
    d = serialise(1)
    with pytest.raises(UserError):
        deserialise(d, "0" * 64)


def test_cache(tmp_path):
    c = Cache(tmp_path)
    assert c.get("k", lambda: b"1") == b"1"
    assert c.get("k", lambda: b"2") == b"1"


def test_expiry(tmp_path):
    now = [0]
    c = Cache(tmp_path, lambda: now[0])
    c.get("k", lambda: b"1")
    now[0] = 10
    assert c.get("k", lambda: b"2", max_age=10) == b"1"
    now[0] = 11
    assert c.get("k", lambda: b"2", max_age=10) == b"2"


def test_corrupt(tmp_path):
    c = Cache(tmp_path)
    c.get("k", lambda: b"1")
    (tmp_path / hashlib.sha256(b"k").hexdigest()).write_bytes(b"garbage")
    assert c.get("k", lambda: b"2") == b"2"


def test_find(tmp_path):
    (tmp_path / ("a" * 40)).mkdir()
    (tmp_path / ("a" * 40) / "report.json").write_text(
        json.dumps({"model_id": "a" * 40, "dataset": "d", "model": "m", "trained_at": "2030"})
    )
    assert find_experiment("aaaaaa", tmp_path).name == "a" * 40
    with pytest.raises(UserError):
        find_experiment("bbbbbb", tmp_path)
