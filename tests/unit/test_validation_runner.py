"""Steps run in order as long as their conditions hold, and whatever happens there is a report."""

import pytest

from src.config import Settings
from src.errors import UserError
from src.release.validation.context import Context
from src.release.validation.pipeline import STEPS, chosen_steps
from src.release.validation.report import Finding, Keeper, StepResult, ValidationReport
from src.release.validation.runner import RUNS, Condition, NotNeeded, Step, run_steps

STARTED = "2026-01-02T03:04:05.678900+00:00"


class Diary:
    """Steps that write down what was called, and the reports that were kept."""

    def __init__(self):
        self.lines = []
        self.kept = []

    def keep(self, report):
        self.kept.append(report.to_json())

    def condition(self, name, found=None):
        def check(context):
            self.lines.append(name)
            if isinstance(found, BaseException):
                raise found
            return found

        return Condition(name, check)

    def step(self, name, entry=None, run=None, leave=None):
        def act(context):
            self.lines.append(name)
            if isinstance(run, BaseException):
                raise run
            return {"of": name}

        return Step(
            name,
            act,
            [self.condition(f"before {name}", entry)],
            [self.condition(f"after {name}", leave)],
        )

    def run(self, *steps):
        ticks = iter(range(100))
        return run_steps(steps, context(), STARTED, self.keep, clock=lambda: next(ticks))


@pytest.fixture
def diary():
    return Diary()


def context():
    return Context("shots", "oracle", 42, Settings(), release=None, judge=None)


def report(**changes):
    default = {
        "dataset": "shots",
        "model": "oracle",
        "seed": 42,
        "parameters": {"trees": 10, "depth": None},
        "started_at": STARTED,
        "asked": ("data",),
        "model_id": "ab" * 20,
        "data_hash": "of the data",
        "steps": (
            StepResult("data", "passed", "", 0.5, [Finding("entry", "it is", "held")], {"rows": 4}),
        ),
    }
    return ValidationReport(**default | changes)


def test_steps_run_in_order_with_their_conditions_around_them(diary):
    done = diary.run(diary.step("data"), diary.step("training"))

    assert diary.lines == [
        "before data",
        "data",
        "after data",
        "before training",
        "training",
        "after training",
    ]
    assert done.passed


@pytest.mark.parametrize(
    ("fault", "lines", "when", "condition"),
    [
        ({"entry": "no data"}, ["before data"], "entry", "before data"),
        ({"run": UserError("no data")}, ["before data", "data"], "run", RUNS),
        ({"leave": "no data"}, ["before data", "data", "after data"], "exit", "after data"),
        ({"entry": UserError("no data")}, ["before data"], "entry", "before data"),
    ],
    ids=["entry", "run", "exit", "a check that raises"],
)
def test_nothing_runs_after_what_does_not_hold_and_the_report_names_it(
    diary, fault, lines, when, condition
):
    done = diary.run(diary.step("data", **fault), diary.step("training"))

    assert diary.lines == lines
    assert not done.passed
    assert [result.step for result in done.steps] == ["data"]
    assert done.steps[0].outcome == "failed"
    assert done.steps[0].failure == Finding(when, condition, "failed", "no data")


def test_a_later_step_may_fail_too(diary):
    done = diary.run(diary.step("data"), diary.step("training", leave="not finite"))

    assert [result.outcome for result in done.steps] == ["passed", "failed"]


def test_conditions_after_the_first_that_fails_are_not_checked(diary):
    conditions = [diary.condition("a"), diary.condition("b", "wrong"), diary.condition("c")]

    diary.run(Step("data", lambda context: {}, entry=conditions))

    assert diary.lines == ["a", "b"]


def test_a_step_with_nothing_to_do_promises_nothing_and_the_next_one_runs(diary):
    idle = diary.step("canary", run=NotNeeded("no production"), leave="not better")

    done = diary.run(idle, diary.step("promotion"))

    assert "after canary" not in diary.lines
    assert diary.lines[-1] == "after promotion"
    assert (done.steps[0].outcome, done.steps[0].found) == ("not needed", "no production")
    assert done.passed


def test_a_condition_with_nothing_to_check_is_not_said_to_hold(diary):
    done = diary.run(diary.step("data", entry=NotNeeded("no production")))

    assert done.steps[0].findings[0] == Finding(
        "entry", "before data", "not needed", "no production"
    )
    assert done.passed


def test_the_report_has_figures_and_the_time_that_each_step_took(diary):
    first, second = diary.run(diary.step("data"), diary.step("training")).steps

    assert (first.figures, first.seconds) == ({"of": "data"}, 1)
    assert (second.figures, second.seconds) == ({"of": "training"}, 1)


def test_the_report_is_kept_after_each_step(diary):
    diary.run(diary.step("data"), diary.step("training", entry="no data"))

    kept = [ValidationReport.from_json(content) for content in diary.kept]
    assert [[result.step for result in each.steps] for each in kept] == [
        ["data"],
        ["data", "training"],
    ]
    assert [each.passed for each in kept] == [False, False]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ZeroDivisionError("by zero")])
def test_what_interrupts_a_step_passes_through_and_is_kept(diary, error):
    with pytest.raises(type(error)):
        diary.run(diary.step("data"), diary.step("training", run=error))

    last = ValidationReport.from_json(diary.kept[-1]).steps[-1]
    assert (last.step, last.outcome) == ("training", "interrupted")
    assert type(error).__name__ in last.found


def test_what_a_step_hands_on_is_there_for_the_next_and_for_the_report(diary):
    def train(context):
        context.model_id = "ab" * 20
        return {}

    seen = []
    done = diary.run(
        Step("training", train), Step("evaluation", lambda context: seen.append(context.model_id))
    )

    assert seen == ["ab" * 20]
    assert done.model_id == "ab" * 20


def test_a_report_is_read_as_it_was_written():
    assert ValidationReport.from_json(report().to_json()) == report()


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff"])
def test_what_is_no_report_is_refused(content):
    with pytest.raises(UserError, match="no report of a validation"):
        ValidationReport.from_json(content)


@pytest.mark.parametrize(
    ("outcomes", "passed"),
    [
        (["passed", "passed"], True),
        (["passed", "not needed"], True),
        (["passed", "failed"], False),
        (["passed", "interrupted"], False),
        (["passed"], False),
        ([], False),
    ],
)
def test_a_validation_passed_if_every_step_did_that_was_asked_for(outcomes, passed):
    asked = ("canary", "promotion")
    steps = tuple(StepResult(*pair) for pair in zip(asked, outcomes, strict=False))

    assert report(asked=asked, steps=steps).passed is passed


def test_a_report_is_named_after_its_time_and_the_candidate(tmp_path):
    keeper = Keeper(tmp_path / "validation")
    keeper(report())

    assert keeper.path == tmp_path / "validation" / "20260102T030405.678900-ababababab.json"
    assert ValidationReport.from_json(keeper.path.read_bytes()) == report()


def test_a_report_is_named_anew_once_there_is_a_candidate(tmp_path):
    keeper = Keeper(tmp_path)
    keeper(report(model_id=None))
    without = keeper.path.name
    keeper(report())

    assert without.endswith("-untrained.json")
    assert list(tmp_path.iterdir()) == [keeper.path]


def names(steps):
    return [step.name for step in steps]


def test_the_pipeline_goes_from_data_to_promotion():
    assert names(STEPS) == ["data", "training", "evaluation", "smoke", "canary", "promotion"]
    assert names(chosen_steps([], trained=False)) == names(STEPS)


def test_a_candidate_that_is_trained_is_not_trained_again():
    assert names(chosen_steps([], trained=True)) == [
        "data",
        "evaluation",
        "smoke",
        "canary",
        "promotion",
    ]


def test_named_steps_run_in_the_order_of_the_pipeline():
    assert names(chosen_steps(["promotion", "canary"], trained=True)) == ["canary", "promotion"]


@pytest.mark.parametrize(
    ("asked", "trained", "sentence"),
    [
        (["trainig"], False, "No step 'trainig': choose among data, training, evaluation, smoke"),
        (["training"], True, "trained already: leave out --model-id, or training"),
    ],
)
def test_steps_that_make_no_sense_are_a_mistake(asked, trained, sentence):
    with pytest.raises(UserError, match=sentence):
        chosen_steps(asked, trained)


@pytest.mark.parametrize(
    ("changes", "arguments"),
    [
        ({"dataset": "tennis_points", "model": "random_forest"}, ""),
        (
            {"model_id": "ab" * 20, "dataset": "tennis_points", "model": "random_forest"},
            f"--model-id {'ab' * 20}",
        ),
        ({}, "--dataset shots --model oracle"),
    ],
)
def test_a_candidate_is_named_by_as_few_arguments_as_it_takes(changes, arguments):
    named = context()
    for name, value in changes.items():
        setattr(named, name, value)

    assert named.arguments == arguments
