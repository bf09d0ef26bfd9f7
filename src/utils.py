"""Serialisation, hashing, the cache, and finding a training run by its id."""

import hashlib
import json
import pickle
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from src.errors import UserError

SHORTEST_PREFIX = 6
NEWEST_SHOWN = 5


def serialise(thing: object) -> bytes:
    """Turn an object into bytes that ``deserialise`` turns back."""
    return pickle.dumps(thing, protocol=pickle.HIGHEST_PROTOCOL)


def deserialise(data: bytes, sha256: str) -> object:
    """Turn bytes back into the object, if they are the ones whose hash is given.

    Raises:
        UserError: the hash differs (nothing is unpickled then), or the object is another version's.
    """
    actual = hashlib.sha256(data).hexdigest()
    if actual != sha256:
        raise UserError(
            f"Refusing to load a model whose bytes have the hash {actual[:10]}..., "
            f"not {sha256[:10]}... as its report says: train or deploy it again."
        )
    try:
        return pickle.loads(data)
    except (pickle.UnpicklingError, EOFError, ImportError, AttributeError) as error:
        raise UserError(f"The model cannot be loaded here ({error}): train it again.") from error


def sha256(data: bytes) -> str:
    """SHA-256 of bytes, 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that whoever looks sees the old content or the new, never a part.

    Raises:
        UserError: the file cannot be written there.
    """
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


class Cache:
    """Keeps bytes by key in a folder; what is damaged or too old is made again.

    What seems to come from the future, as when a clock was set back, is too old as well. Threads
    and processes may share a folder: none waits for another, and of two that make the same value
    at once, the one that ends last keeps its own.

    Each file is a line of JSON (when it was made, the hash of the rest) and the bytes.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        """Keep files in a folder, which is made when first needed."""
        self.folder = folder
        self.clock = clock

    def get(self, key: str, make: Callable[[], bytes], max_age: float | None = None) -> bytes:
        """Answer the bytes kept for a key; where there are none, make, keep and answer them.

        Args:
            key: what the bytes depend on, any text.
            make: called without arguments when nothing good is kept; an error passes through.
            max_age: seconds since they were made, 0 or more, after which they are made again;
                None keeps them for good.
        """
        path = self.folder / sha256(key.encode())
        data = self._read(path, max_age)
        if data is None:
            data = make()
            header = {"made_at": self.clock(), "sha256": sha256(data)}
            write_atomically(path, json.dumps(header).encode() + b"\n" + data)
        return data

    def _read(self, path: Path, max_age: float | None) -> bytes | None:
        try:
            first_line, _, data = path.read_bytes().partition(b"\n")
            header = json.loads(first_line)
            age = self.clock() - header["made_at"]
            whole = header["sha256"] == sha256(data)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        fresh = max_age is None or 0 <= age <= max_age
        return data if whole and fresh else None


def find_experiment(model_id: str, output_dir: Path) -> Path:
    """Folder of the training run with an id, or with the one id that starts like this.

    Small and capital letters are the same. A folder without a sound report of its id is no run.

    Raises:
        UserError: fewer than 6 digits, no such run, or several, whose ids it names.
    """
    runs = _runs(output_dir)
    if len(model_id) < SHORTEST_PREFIX:
        raise UserError(
            f"{model_id!r} is too short for a model id: give at least {SHORTEST_PREFIX} digits. "
            + _newest(runs)
        )
    found = [run for run in runs if run["model_id"].startswith(model_id.lower())]
    if not found:
        raise UserError(f"No training run {model_id} in {output_dir}. {_newest(runs)}")
    if len(found) > 1:
        raise UserError(f"{model_id} is the start of {len(found)} ids. {_newest(found)}")
    return output_dir / found[0]["model_id"]


def latest_experiment(dataset: str, model: str, output_dir: Path) -> Path:
    """Folder of the newest training run of a model on a dataset, by the times in the reports.

    Raises:
        UserError: there is none.
    """
    for run in _runs(output_dir):
        if (run["dataset"], run["model"]) == (dataset, model):
            return output_dir / run["model_id"]
    raise UserError(
        f"No training run of {model} on {dataset} in {output_dir}: "
        f"make one with `python -m src train --dataset {dataset} --model {model}`."
    )


def _runs(output_dir: Path) -> list[dict]:
    """Reports of the training runs, newest first; a folder without a sound report is no run."""
    runs = []
    for path in output_dir.glob("*/report.json"):
        with suppress(OSError, ValueError, KeyError, TypeError):
            report = json.loads(path.read_bytes())
            run = {key: report[key] for key in ("model_id", "dataset", "model", "trained_at")}
            if run["model_id"] == path.parent.name:
                runs.append(run)
    return sorted(runs, key=lambda run: (run["trained_at"], run["model_id"]), reverse=True)


def _newest(runs: list[dict]) -> str:
    if not runs:
        return "There is none yet: make one with `python -m src train`."
    shown = [f"{run['model_id']} ({run['model']} on {run['dataset']})" for run in runs]
    return f"The newest: {', '.join(shown[:NEWEST_SHOWN])}."
