"""Adversarial: the worst that a small, bounded change of numbers does to the predictions.

A value moves by a tenth of its column's standard deviation at most, integers by whole steps, and
never beyond the observed range. Rows on the fence turn with any model, so what is graded is how
many rows do. A model that answers by chance turns unchanged rows too: those are taken off.
"""

from collections.abc import Iterator

import numpy as np

from src.stress.case import Observation, Options, StressTest
from src.stress.context import Context
from src.stress.severity import Thresholds
from src.stress.tests.changes import base_rates, changes, lean, percent, rows_of_sample
from src.stress.tests.perturbation import Movable, Trial, ask, movable

FRACTION = "fraction"  # an option: of the standard deviation, how far a value moves at most
ROWS = "rows"  # an option: how many rows to try
TRIALS = "trials"  # an option: how many random changes of all columns to try
STEPS = (-1.0, -0.5, 0.5, 1.0)  # of the most that a value may move
SIDES = (-1.0, 1.0)


def _observe_one(context: Context, options: Options) -> Iterator[Observation]:
    tried = _Tried(context, options, "adversarial_one_column")
    for column, answers in tried.columns(STEPS):
        name = column.column.name
        turned = tried.turned(answers)
        yield tried.observation(
            turned, f"when {name} moves by up to {column.most:.3g}", len(answers), (name,), name
        )


def _observe_several(context: Context, options: Options) -> Iterator[Observation]:
    tried = _Tried(context, options, "adversarial_several_columns")
    if len(tried.movable) > 1:
        trials = tried.greedy() + tried.random(options[TRIALS])
        turned = tried.turned(ask(context, tried.frame, trials))
        names = tuple(each.column.name for each in tried.movable)
        where = f"when up to {len(names)} columns move a little at once"
        yield tried.observation(turned, where, len(trials), names)


class _Tried:
    """Rows of the sample, and what small changes do to them."""

    def __init__(self, context: Context, options: Options, test: str) -> None:
        self.context = context
        self.rng = context.rng(test)
        self.movable = movable(context, options[FRACTION])
        sample = len(context.sample)
        size = min(options[ROWS], sample)
        self.chosen = np.sort(self.rng.choice(sample, size=size, replace=False))
        self.frame = context.sample_frame.iloc[self.chosen].reset_index(drop=True)
        self.rates = base_rates(context)
        self.before = context.sample_probabilities[self.chosen]

    def columns(self, steps: tuple[float, ...]) -> Iterator[tuple[Movable, np.ndarray]]:
        """Answer each column with what the model says after each of these steps of it."""
        trials = [
            Trial(((each, np.full(len(self.frame), step)),))
            for each in self.movable
            for step in steps
        ]
        if trials:
            answers = ask(self.context, self.frame, trials)
            yield from zip(self.movable, np.split(answers, len(self.movable)), strict=True)

    def greedy(self) -> list[Trial]:
        """Move the 2, 4, 8 ... columns that matter most for a row, each to its own worst side."""
        sides, harms = [], []
        for _, answers in self.columns(SIDES):
            margins = np.array([self._margins(answer) for answer in answers])
            worst = margins.argmin(axis=0)
            sides.append(np.array(SIDES)[worst])
            harms.append(self._margins(self.before) - margins.min(axis=0))
        sides, ranks = np.array(sides), np.argsort(np.argsort(-np.array(harms), axis=0), axis=0)
        many = [2**power for power in range(1, len(self.movable).bit_length())]
        return [
            Trial(tuple(zip(self.movable, np.where(ranks < most, sides, 0.0), strict=True)))
            for most in sorted({*many, len(self.movable)})
        ]

    def random(self, trials: int) -> list[Trial]:
        """Move all columns, each to a side that chance decides."""
        sides = self.rng.choice([-1.0, 1.0], size=(trials, len(self.movable), len(self.frame)))
        return [Trial(tuple(zip(self.movable, each, strict=True))) for each in sides]

    def turned(self, answers: np.ndarray) -> np.ndarray:
        """Tell for each row whether any answer is another prediction."""
        rows = [changes(self.before, answer, self.rates).rows for answer in answers]
        return np.logical_or.reduce(rows)

    def observation(
        self, turned: np.ndarray, where: str, trials: int, names: tuple[str, ...], subject: str = ""
    ) -> Observation:
        """Tell what share of the rows turned, beyond what as many askings turn by chance."""
        by_chance = float(self.turned(self._unchanged(trials)).mean())
        share = float(turned.mean())
        return Observation(
            max(0.0, share - by_chance),
            f"{int(turned.sum())} of {len(turned)} predictions ({percent(share)}) change {where}.",
            subject=subject,
            features=names,
            figures={"changed": share, "changed_by_chance": by_chance},
            rows=rows_of_sample(self.context, self.chosen[turned]),
        )

    def _unchanged(self, trials: int) -> np.ndarray:
        if not hasattr(self, "_again"):
            self._again = ask(self.context, self.frame, [Trial(())])
        if np.array_equal(self._again[0], self.before):
            return self._again
        return ask(self.context, self.frame, [Trial(())] * trials)

    def _margins(self, probabilities: np.ndarray) -> np.ndarray:
        """Answer how far each row's first prediction is ahead of the best of the others."""
        leaned = lean(probabilities, self.rates)
        predicted = lean(self.before, self.rates).argmax(axis=1)
        rows = np.arange(len(leaned))
        ours = leaned[rows, predicted]
        leaned[rows, predicted] = -1.0
        return ours - leaned.max(axis=1)


_ADVICE = (
    "Look at the rows: smooth the model (more rows in a leaf, more regularisation, an average of "
    "more trees), round what is measured no finer, or have people decide where it is undecided."
)
TESTS = (
    StressTest(
        name="adversarial_one_column",
        category="adversarial",
        vulnerability="A change of one number that means nothing turns the prediction.",
        does="Moves one column of numbers after the other a little up and down, and takes the "
        "worst for each row.",
        measure="share of rows whose prediction can be turned",
        advice=_ADVICE,
        # Twelve models that nothing is wrong with: up to 0.15.
        thresholds=Thresholds(0.1, 0.2, 0.4),
        observe=_observe_one,
        options={FRACTION: 0.1, ROWS: 100},
    ),
    StressTest(
        name="adversarial_several_columns",
        category="adversarial",
        vulnerability="Small changes of several numbers, each of which means nothing, turn it.",
        does="Moves the columns that matter most for a row to their worst sides, and all columns "
        "at random, and takes the worst for each row.",
        measure="share of rows whose prediction can be turned",
        advice=_ADVICE,
        # Twelve models that nothing is wrong with: up to 0.38; the forest on fraud, of which most
        # rows are worth one tree or none, 0.52.
        thresholds=Thresholds(0.25, 0.45, 0.7),
        observe=_observe_several,
        options={FRACTION: 0.1, ROWS: 50, TRIALS: 8},
    ),
)
