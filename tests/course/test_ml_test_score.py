"""The page on the ML Test Score says what there is: all 28 tests, and all exercises."""

import re
from pathlib import Path

import pytest

from checker.course import Course
from checker.score import DOCUMENT, read

ROOT = Path(__file__).parents[2]
COURSE = Course(ROOT)
SECTIONS = read(ROOT)
EARNING = sorted({path for part in SECTIONS for row in part.rows for path in row.exercises})
NAMED = sorted(
    set(re.findall(r"\]\(\.\./exercises/([^)]+)\)", (ROOT / DOCUMENT).read_text(encoding="utf-8")))
)
EXERCISES = [path for day in COURSE.days() for path in COURSE.files(day)]
NAMES = {
    "Data": [
        "what is expected of each feature stands in a schema",
        "every feature is beneficial",
        "no feature costs too much",
        "features keep to meta-level requirements (e.g. forbidden sources)",
        "privacy controls along the pipeline",
        "a new feature can be added quickly",
        "all code of input features is tested",
    ],
    "Model": [
        "every model specification is reviewed and checked in",
        "offline metrics go with the online effect",
        "hyperparameters are tuned",
        "the effect of a stale model is known",
        "a simpler model is not better",
        "quality is enough on every important slice",
        "the model is tested for inclusion (fairness)",
    ],
    "Infrastructure": [
        "training is reproducible",
        "code that specifies models is unit tested",
        "the whole pipeline is integration tested",
        "quality is validated before serving",
        "one example can be followed step by step through training or inference",
        "models meet a canary before they serve all",
        "a model can be rolled back quickly and safely",
    ],
    "Monitoring": [
        "a change in a dependency notifies",
        "data invariants hold in training and in serving",
        "training and serving compute features alike (no skew)",
        "models are not too stale",
        "the model is numerically stable (no NaN, no infinity)",
        "no regression in training speed, latency, throughput or memory",
        "no regression in prediction quality on served data",
    ],
}


def test_the_28_tests_are_those_of_the_paper_in_its_order():
    assert {part.name: [row.test for row in part.rows] for part in SECTIONS} == NAMES


@pytest.mark.parametrize("path", EARNING)
def test_points_are_earned_by_exercises_of_the_course(path):
    assert path in EXERCISES


@pytest.mark.parametrize("path", NAMED)
def test_each_exercise_that_is_named_exists(path):
    assert COURSE.exercises.joinpath(path).is_file()


@pytest.mark.parametrize("path", EXERCISES)
def test_each_exercise_of_the_course_is_named(path):
    assert path in NAMED
