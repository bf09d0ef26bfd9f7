"""How often a canary's decision is wrong, and how soon it is there: by simulation.

Requests and labels come in, each to the candidate with the probability of its share, and the
decision is looked at again and again. In the first settings there is no difference: any verdict
is a false alarm.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from src.release.decision import (
    ALPHA_OF_ERRORS,
    ALPHA_OF_MISTAKES,
    AT_LEAST,
    AT_LEAST_REQUESTS,
    interval,
)

SIMULATIONS = 3_000
FEW_SIMULATIONS = 400
AT_ONCE = 500  # simulations, so that memory does not matter
SEED = 5
SOON = 2_000  # labels of the candidate by which a difference should be found
POWER = 0.8  # how often
TESTS = {
    "mistakes": (ALPHA_OF_MISTAKES, AT_LEAST),
    "errors": (ALPHA_OF_ERRORS, AT_LEAST_REQUESTS),
}


@dataclass(frozen=True)
class Setting:
    """True rates of both versions, the candidate's share, and when one looks."""

    test: str
    share: float
    candidate: float
    production: float
    every: int = 100
    looks: int = 500


@dataclass(frozen=True)
class Measured:
    """How often, of all simulations, a thing happened at any look.

    soon is the right verdict while the candidate had at most SOON labels; missed is an interval
    that did not hold the true difference. labels is the candidate's, at the first verdict, in the
    median: None where most had none.
    """

    setting: Setting
    simulations: int
    better: float
    worse: float
    missed: float
    soon: float
    labels: float | None

    @property
    def alarms(self) -> float:
        """How often something was said; for errors only that the candidate is worse counts."""
        return self.worse + (self.better if self.setting.test == "mistakes" else 0.0)

    @property
    def error(self) -> float:
        """The standard error of the alarms."""
        return (self.alarms * (1 - self.alarms) / self.simulations) ** 0.5


ALIKE = [
    *(Setting("mistakes", share, r, r) for share in (0.1, 0.5) for r in (0.02, 0.15, 0.5)),
    *(Setting("mistakes", 0.5, r, r, every=1, looks=2_000) for r in (0.02, 0.15)),
    *(Setting("mistakes", 0.02, r, r) for r in (0.02, 0.15)),
    *(Setting("errors", share, r, r) for share in (0.1, 0.5) for r in (0.001, 0.02)),
]
PROMISED = Setting("mistakes", 0.5, 0.15, 0.20)
DIFFERENT = [
    *(Setting("mistakes", share, 0.15, 0.20) for share in (0.1, 0.5)),
    *(Setting("mistakes", share, 0.20, 0.15) for share in (0.1, 0.5)),
    *(Setting("mistakes", share, 0.02, 0.05) for share in (0.1, 0.5)),
    *(Setting("mistakes", share, 0.05, 0.02) for share in (0.1, 0.5)),
    *(Setting("errors", share, 0.02, 0.001) for share in (0.1, 0.5)),
]


def measure(simulations: int, say: Callable[[str], None]) -> list[Measured]:
    """Simulate all settings, the same way each time."""
    say(f"canary: {simulations:,} simulations of each setting")
    return [simulate(one, simulations, SEED) for one in (*ALIKE, *DIFFERENT)]


def simulate(
    setting: Setting, simulations: int, seed: int, limits: Callable = interval
) -> Measured:
    """Simulate canaries of one setting, judged by the limits that a function puts."""
    random = np.random.default_rng(seed)
    sizes = [min(AT_ONCE, simulations - done) for done in range(0, simulations, AT_ONCE)]
    parts = [_simulate(setting, size, random, limits) for size in sizes]
    better, worse, missed, soon, labels = (
        np.concatenate(each) for each in zip(*parts, strict=True)
    )
    median = float(np.median(labels))
    return Measured(
        setting,
        simulations,
        *(float(happened.mean()) for happened in (better, worse, missed, soon)),
        median if np.isfinite(median) else None,
    )


def _simulate(
    setting: Setting, simulations: int, random: np.random.Generator, limits: Callable
) -> tuple:
    """For each simulation what happened, as the fields of Measured; labels may be inf."""
    of, of_others = _arms(setting, simulations, random)
    hits = random.binomial(of, setting.candidate).cumsum(axis=1)
    others = random.binomial(of_others, setting.production).cumsum(axis=1)
    of, of_others = of.cumsum(axis=1), of_others.cumsum(axis=1)
    _, low, high = limits(hits, of, others, of_others, *TESTS[setting.test])
    truth = setting.candidate - setting.production
    better, worse = high < 0, low > 0
    right = worse if truth > 0 else better
    said = np.where(better | worse, of, np.inf).min(axis=1)
    missed = (truth < low) | (truth > high)
    happened = (better, worse, missed, right & (of <= SOON))
    return *(each.any(axis=1) for each in happened), said


def _arms(setting: Setting, simulations: int, random: np.random.Generator) -> tuple:
    """How many come in from one look to the next, to the candidate and to production."""
    of = random.binomial(setting.every, setting.share, (simulations, setting.looks))
    return of, setting.every - of
