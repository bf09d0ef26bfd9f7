"""Stress tests for data that was tampered with, or that is in both datasets."""

from src.stress.case import StressTest
from src.stress.severity import Thresholds
from src.stress.tests.flipped_labels import contradictions, noise
from src.stress.tests.matches import exact_matches, near_matches

FLIPPED = StressTest(
    name="flipped_labels",
    category="data_poisoning",
    vulnerability="Labels of one dataset were flipped, by mistake or on purpose: the model learns "
    "what is wrong, or is judged by it.",
    does="Asks forests that never saw a row what its label is (confident learning: Northcutt, "
    "Jiang and Chuang, 2021), and compares how often they are sure and contradicted in the "
    "reference data and in the evaluation data.",
    measure="difference of the shares that are contradicted (0 where chance explains it)",
    advice="Look at the rows, and at who labelled them: if one source stands out, label its rows "
    "again, or leave them out.",
    # The value estimates the share that was flipped. Three in a hundred are what annotators err
    # in well-known benchmarks: Northcutt, Athalye and Mueller, "Pervasive Label Errors", 2021.
    thresholds=Thresholds(0.01, 0.03, 0.1),
    observe=contradictions,
    needs_model=False,
)

NOISE = StressTest(
    name="label_noise",
    category="data_poisoning",
    vulnerability="Labels are wrong in both datasets: no model can be better than its labels, and "
    "no figure shows it.",
    does="Asks forests that never saw a row what its label is; takes the quarter of the rows of "
    "which they are surest, where overlapping classes are no excuse, and counts contradictions.",
    measure="share of those rows whose label is another",
    advice="Have some of the rows labelled again by people who don't see the label. If they "
    "confirm it, the problem is a hard one, and nothing was flipped.",
    # Our datasets show up to 0.035. A hard problem may show 0.1 with right labels, so that this
    # alone is no proof: it is of high severity only where one in four is contradicted.
    thresholds=Thresholds(0.05, 0.1, 0.25),
    observe=noise,
    needs_model=False,
)

EXACT = StressTest(
    name="exact_matches",
    category="data_poisoning",
    vulnerability="The model has seen rows that it is tested with: it may know them by heart, "
    "and the figures flatter it.",
    does="Looks for evaluation rows that are alike to a reference row in all columns, unless "
    "chance explains it where columns have few values.",
    measure="share of the evaluation rows that the reference data has too",
    advice="Remove them from the evaluation data. Split before rows are copied or resampled, and "
    "by person or by day where rows belong together.",
    # One in fifty moves an accuracy by as much as one compares models by; of one in ten,
    # any figure is worthless.
    thresholds=Thresholds(0.002, 0.02, 0.1),
    observe=exact_matches,
    needs_model=False,
)

NEAR = StressTest(
    name="near_matches",
    category="data_poisoning",
    vulnerability="Evaluation rows are copies of reference rows with a little noise, as rows of "
    "one person or of one second are: the figures flatter the model.",
    does="Measures how far evaluation rows are from the nearest reference row, and counts those "
    "that are nearer than a twentieth of the usual; the share that reference rows show among "
    "themselves is taken off.",
    measure="share of the evaluation rows that nearly match, beyond the usual",
    advice="Find out what the pairs have in common, and split by that, so that they are on one "
    "side.",
    thresholds=Thresholds(0.002, 0.02, 0.1),  # those of exact_matches, as the harm is the same
    observe=near_matches,
    needs_model=False,
)

TESTS = (FLIPPED, NOISE, EXACT, NEAR)
