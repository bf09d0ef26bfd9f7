"""A model that is a user's program may do what it likes: it is an answer, or it is told why not."""

import pandas as pd
import pytest

from src.errors import UserError
from src.stress.answers import as_probabilities
from src.stress.model import ModelError
from src.stress.program import Program
from src.stress.program_host import load

ACTS = """
import os, signal, sys, time
CLASSES = ["no", "yes"]

def predict_df(df):
    print("a word of mine")
    act = df["act"][0]
    if act == "raises":
        raise KeyError("speed")
    if act == "leaves":
        sys.exit("bye")
    if act == "crashes":
        os.kill(os.getpid(), signal.SIGSEGV)
    if act == "hangs":
        time.sleep(600)
    if act == "floods":
        while True:
            print("x" * 1000000)
    if act == "swallows memory":
        return "x" * (64 << 30)
    if act == "multiplies":
        for _ in range(80):
            os.fork() or time.sleep(600)
        time.sleep(600)
    if act == "answers too little":
        return [0.5]
    if act == "answers a third class":
        return [[0.2, 0.3, 0.5]] * len(df)
    if act == "answers beyond 1":
        return [[-1.0, 2.0]] * len(df)
    if act == "answers strangers":
        return ["maybe"] * len(df)
    if act == "answers classes":
        return ["yes"] * len(df)
    if act == "changes its question":
        df["act"] = "?"
    return df["share"]
"""


def question(act="answers"):
    return pd.DataFrame({"act": [act, act], "share": [0.25, 1.0]})


@pytest.fixture
def write(tmp_path):
    """Write a program, and answer its path."""

    def write_program(code):
        path = tmp_path / "model.py"
        path.write_text(code)
        return path

    return write_program


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    path = tmp_path_factory.mktemp("program") / "model.py"
    path.write_text(ACTS)
    program = Program(path, timeout_seconds=30)
    yield program
    program.close()


def test_a_number_a_row_is_the_probability_of_the_second_class(program):
    assert program.classes == ["no", "yes"]
    assert program.predict_proba(question()).tolist() == [[0.75, 0.25], [0.0, 1.0]]


def test_a_class_a_row_is_certain(program):
    assert program.predict_proba(question("answers classes")).tolist() == [[0, 1], [0, 1]]


@pytest.mark.parametrize(
    ("act", "told"),
    [
        ("raises", "KeyError: 'speed'"),
        ("leaves", "SystemExit: bye"),
        ("swallows memory", "MemoryError"),
        ("floods", "File too large"),
        ("answers too little", "1 x 2, where 2 x 2 was expected"),
        ("answers a third class", "2 x 3, where 2 x 2 was expected"),
        ("answers beyond 1", "do not add up to 1"),
        ("answers strangers", "'maybe' is none of the classes no, yes"),
        ("crashes", "ended .signal SIGSEGV."),
        ("multiplies", "more than 64 processes"),
    ],
)
def test_what_is_no_answer_is_told_and_the_next_question_is_answered(program, act, told):
    with pytest.raises(ModelError, match=told):
        program.predict_proba(question(act))

    assert program.predict_proba(question()).shape == (2, 2)


def test_a_program_cannot_change_the_question(program):
    asked = question("changes its question")

    program.predict_proba(asked)

    assert asked.equals(question("changes its question"))


def test_a_program_that_hangs_is_ended_and_given_up_the_third_time(write):
    program = Program(write(ACTS), timeout_seconds=0.01)

    for _ in range(2):
        with pytest.raises(ModelError, match=r"it took longer than 0\.01 s"):
            program.predict_proba(question("hangs"))
    with pytest.raises(UserError, match="is given up"):
        program.predict_proba(question("hangs"))


def test_a_program_may_answer_row_by_row_with_the_classes_by_name(write):
    predict, _ = load(write("def predict_dict(row): return {'b': row['x'], 'a': 1 - row['x']}"))

    answer = as_probabilities(predict(pd.DataFrame({"x": [0.25, 1.0]})), ["a", "b"])

    assert answer.tolist() == [[0.75, 0.25], [0.0, 1.0]]


def test_a_program_without_a_function_that_predicts_is_refused(write):
    with pytest.raises(LookupError, match="neither predict_df"):
        load(write("def predict(df): pass"))


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero; correct it"),
        ("def predict_df(df): pass", "Nobody says the classes"),
    ],
)
def test_a_program_that_cannot_be_a_model_is_refused(write, code, told):
    with pytest.raises(UserError, match=told):
        Program(write(code))
