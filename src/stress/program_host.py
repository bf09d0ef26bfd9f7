"""The process of a user's program: ``python -m src.stress.program_host FILE``, and three numbers.

It reads questions from a pipe and writes answers to another one; `src.stress.program` has the
other ends. Whoever reads the answers trusts nothing in them.
"""

import importlib.util
import json
import os
import pickle
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from src.stress.answers import as_probabilities
from src.stress.limits import limit_this_process
from src.stress.wire import LENGTH

TOLD = 400  # characters of an error


def main() -> None:
    """Load the program, say that it is ready, and answer until nobody asks any more."""
    path, (questions, answers, memory_mb) = Path(sys.argv[1]), map(int, sys.argv[2:5])
    limit_this_process(memory_mb)
    for descriptor in (questions, answers):
        os.set_inheritable(descriptor, False)
    asked, answered = os.fdopen(questions, "rb"), os.fdopen(answers, "wb")
    try:
        predict, classes = load(path)
    except BaseException as error:
        _say(answered, {"error": _told(error)})
        return
    _say(answered, {"classes": classes})
    while header := asked.read(LENGTH.size):
        _answer(answered, predict, pickle.loads(asked.read(*LENGTH.unpack(header))))


def load(path: Path) -> tuple[Callable[[pd.DataFrame], Any], list[Any] | None]:
    """Run a program; answer how it predicts for a frame, and its CLASSES or None.

    Raises:
        LookupError: it has no function that predicts.
    """
    sys.path.insert(0, str(path.parent))
    specification = importlib.util.spec_from_file_location(path.stem, path)
    program = importlib.util.module_from_spec(specification)
    sys.modules[path.stem] = program
    specification.loader.exec_module(program)
    classes = getattr(program, "CLASSES", None)
    classes = None if classes is None else np.asarray(classes).tolist()
    if hasattr(program, "predict_df"):
        return program.predict_df, classes
    if hasattr(program, "predict_dict"):
        return _row_by_row(program.predict_dict), classes
    raise LookupError("it has neither predict_df(df) nor predict_dict(row)")


def _row_by_row(predict: Callable[[dict[str, Any]], Any]) -> Callable[[pd.DataFrame], Any]:
    def predict_all(frame: pd.DataFrame) -> Any:
        answers = [predict(row) for row in frame.to_dict("records")]
        if answers and isinstance(answers[0], dict):
            return pd.DataFrame(answers).fillna(0.0)
        return np.asarray(answers)

    return predict_all


def _answer(answered: Any, predict: Callable, question: dict[str, Any]) -> None:
    try:
        answer = as_probabilities(predict(question["frame"]), question["classes"])
        answer = np.ascontiguousarray(answer, dtype="<f8")
        expected = (len(question["frame"]), len(question["classes"]))
        if answer.shape != expected:
            sizes = (" x ".join(map(str, shape)) for shape in (answer.shape, expected))
            raise ValueError("the answer is {}, where {} was expected".format(*sizes))
    except BaseException as error:  # sys.exit, too
        _say(answered, {"error": _told(error)})
        return
    _say(answered, {}, answer.tobytes())


def _say(answered: Any, message: dict[str, Any], data: bytes = b"") -> None:
    header = json.dumps(message).encode()
    answered.write(LENGTH.pack(len(header)) + header + data)
    answered.flush()


def _told(error: BaseException) -> str:
    line = traceback.format_exception_only(error)[-1].strip()
    return f"{line[:TOLD]}..." if len(line) > TOLD else line


if __name__ == "__main__":
    main()
