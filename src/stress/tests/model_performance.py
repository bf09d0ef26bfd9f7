"""Model performance: how good the model is on the evaluation data, against the reference data.

Most models are better on the data that they were trained with, which the reference data often is:
a random forest knows it by heart. So it is not the drop that is graded, but which share of the
model's skill is lost, where skill is 0 for an answer that tells nothing and 1 for one without a
mistake.
"""

from collections.abc import Iterator

import numpy as np

from src.stress.case import Observation, Options, StressTest
from src.stress.context import Context
from src.stress.severity import Thresholds
from src.stress.tests import metrics
from src.stress.tests.changes import MOST_ROWS
from src.stress.tests.comparison import Metric, has_reference, labelled_pair, skill
from src.stress.tests.scored import Scored

LEAST_SKILL = 0.05  # with less of it on the reference data, there is nothing to lose

# Twelve models that nothing is wrong with (our four datasets, three models each, five seeds) lose
# up to 0.4; a forest that knows 320 frauds by heart loses 0.6 to 0.85 of what counts frauds. All
# is lost at 1: the answer is as good as one that tells nothing.
THRESHOLDS = Thresholds(0.3, 0.5, 0.9)
MEASURE = "share of the skill on the reference data that is lost on the evaluation data"


def _observe_skill(name: str, metric: Metric, tells_all: bool = False):
    """Make the function that compares a metric.

    tells_all is whether a model that is no better than none is a finding: a metric that goes by
    the most probable class alone says nothing where one class is rare.
    """

    def observe(context: Context, options: Options) -> Iterator[Observation]:
        pair = labelled_pair(context)
        if isinstance(pair, Observation):
            yield pair
        elif pair is not None:
            yield _compared(name, metric, tells_all, *pair)

    return observe


def _observe_calibration(context: Context, options: Options) -> Iterator[Observation]:
    pair = labelled_pair(context)
    if isinstance(pair, Observation):
        yield pair
    elif pair is not None:
        before, now = (metrics.calibration_error(each.truth, each.probabilities) for each in pair)
        yield Observation(
            max(0.0, now - before),
            f"Probabilities are off by {now:.3f} on the evaluation data, where it is {before:.3f} "
            "on the reference data.",
            figures={"evaluation": now, "reference": before},
            rows=_worst_rows(pair[1]),
        )


def _observe_variance(context: Context, options: Options) -> Iterator[Observation]:
    if not has_reference(context) or not context.has_predictions:
        return
    before = metrics.variance(context.reference_probabilities)
    now = metrics.variance(context.probabilities)
    larger = max(before, now)
    yield Observation(
        1 - min(before, now) / larger if larger > 0 else 0.0,
        f"From row to row, a class's probability has a variance of {now:.4f} on the evaluation "
        f"data, where it is {before:.4f} on the reference data.",
        figures={"evaluation": now, "reference": before},
    )


def _compared(
    name: str, metric: Metric, tells_all: bool, before: Scored, now: Scored
) -> Observation:
    skill_before, skill_now = (skill(metric, part) for part in (before, now))
    scores = {
        "evaluation": metric(now.truth, now.probabilities),
        "reference": metric(before.truth, before.probabilities),
    }
    told = (
        f"The {name} is {scores['evaluation']:.3f} on the evaluation data, where it is "
        f"{scores['reference']:.3f} on the reference data"
    )
    if skill_before >= LEAST_SKILL:
        lost = max(0.0, 1 - skill_now / skill_before)
        more = f": {100 * lost:.0f} % of the skill is lost." if lost > 0 else "."
    elif tells_all:
        lost, more = 1.0, ": there, the model is no better than one that knows nothing."
    else:
        lost, more = None, ": there, it is that of a model that knows nothing, so it tells nothing."
    figures = scores | {"skill": skill_now, "reference_skill": skill_before}
    return Observation(lost, told + more, figures=figures, rows=_worst_rows(now))


def _worst_rows(part: Scored) -> tuple[int, ...]:
    """Answer the rows that are wrong, those whose label got the least probability first."""
    wrong = np.flatnonzero(part.wrong)
    worst = wrong[np.argsort(part.given[wrong], kind="stable")][:MOST_ROWS]
    return tuple(int(row) for row in part.positions[worst])


def _test(name: str, observe, does: str, vulnerability: str, **more) -> StressTest:
    settings = {"measure": MEASURE, "advice": _ADVICE, "thresholds": THRESHOLDS} | more
    return StressTest(
        name=name,
        category="model_performance",
        vulnerability=vulnerability,
        does=does,
        observe=observe,
        needs_model=False,
        **settings,
    )


_ADVICE = (
    "See whether the evaluation data has drifted or has other labels; if not, the model fits its "
    "training data too closely: use a simpler or more regularised model, or more data."
)
TESTS = (
    _test(
        "accuracy",
        _observe_skill("accuracy", metrics.accuracy),
        "Compares the share of right predictions; skill is what is beyond a guess.",
        "The model is wrong more often on new data.",
    ),
    _test(
        "precision",
        _observe_skill("precision", metrics.precision),
        "Compares which share of the predictions of a class is right, as a mean of the classes.",
        "The model raises more false alarms on new data.",
    ),
    _test(
        "recall",
        _observe_skill("recall", metrics.recall),
        "Compares which share of the rows of a class is found, as a mean of the classes.",
        "The model misses more on new data, of a rare class above all.",
    ),
    _test(
        "f1",
        _observe_skill("F1 score", metrics.f1),
        "Compares the harmonic mean of precision and recall, as a mean of the classes.",
        "The model trades false alarms and misses worse on new data.",
    ),
    _test(
        "auc",
        _observe_skill("area under the ROC curve", metrics.auc, tells_all=True),
        "Compares how often a row of a class gets a higher probability of it than another row.",
        "The model ranks new rows worse, so that no threshold helps.",
    ),
    _test(
        "log_loss",
        _observe_skill("log loss", metrics.log_loss, tells_all=True),
        "Compares the mean of -log of the probability of what came true, which counts as 0.0001 at "
        "least.",
        "The model is sure of what is wrong on new data.",
    ),
    _test(
        "calibration",
        _observe_calibration,
        "Compares the expected calibration error, over ten bins of the same number of rows.",
        "Of rows that the model gives 80 %, another share than 80 % comes true.",
        measure="expected calibration error, beyond that on the reference data",
        # A forest is less sure of rows that it does not know: on digits by 0.12, which is low.
        thresholds=Thresholds(0.05, 0.15, 0.3),
        advice="Calibrate the probabilities on rows that were not trained with "
        "(CalibratedClassifierCV), or use them for ranking only.",
    ),
    _test(
        "prediction_variance",
        _observe_variance,
        "Compares how much the probability of a class varies from row to row; needs no labels.",
        "The model gives nearly the same answer to all new rows, or far more extreme ones.",
        measure="1 - the smaller variance / the larger one",
        # A forest that knows the reference data by heart is up to 0.57 there.
        thresholds=Thresholds(0.6, 0.75, 0.9),
        advice="See which columns have drifted, or come empty or constant.",
    ),
)
