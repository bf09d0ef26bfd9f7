"""Stress tests for drift: does the evaluation data look like the data that the model knows?"""

from src.stress.case import StressTest
from src.stress.severity import Thresholds
from src.stress.tests.column_drift import drift_of_features, drift_of_nulls
from src.stress.tests.correlation_drift import drift_of_correlations
from src.stress.tests.outcome_drift import drift_of_labels, drift_of_predictions

FEATURES = StressTest(
    name="feature_drift",
    category="drift",
    vulnerability="A column no longer looks as it did when the model was trained: what the model "
    "learned about it may no longer hold.",
    does="Compares each column's values in the reference and the evaluation data: by the "
    "population stability index, and by a Kolmogorov-Smirnov test (numbers) or a chi-squared test "
    "(categories), whose p-values are corrected for the number of columns.",
    measure="population stability index (0 where chance explains it)",
    advice="Find out what changed: the world, a sensor, or the pipeline. If the pipeline did not "
    "break, train again with recent data.",
    # Lewis, "An Introduction to Credit Scoring", 1994: below 0.1 nothing changed, above 0.2 it is
    # drift; above 0.25 nobody argues.
    thresholds=Thresholds(0.1, 0.2, 0.25),
    observe=drift_of_features,
    needs_model=False,
)

LABELS = StressTest(
    name="label_drift",
    category="drift",
    vulnerability="A class is more or less frequent than it was: probabilities are off, and so is "
    "each threshold that was chosen by them.",
    does="Compares how frequent each class is among the labels (Fisher's exact test, corrected "
    "for the number of classes).",
    measure="times as frequent, or as rare (1 where chance explains it)",
    advice="Check how the labels were made and which rows were taken. If the world changed, train "
    "again with recent data, or calibrate the probabilities.",
    # For two classes, half and half, a factor of 2 is a population stability index of 0.27, and
    # 1.5 is one of 0.1. Of a rare class, the index sees nothing until the factor is 5.
    thresholds=Thresholds(1.25, 1.5, 2),
    observe=drift_of_labels,
    needs_model=False,
)

PREDICTIONS = StressTest(
    name="prediction_drift",
    category="drift",
    vulnerability="The model answers a class more or less often than it did: what follows from "
    "its answers, as work for people, changes with it.",
    does="Compares the mean probability of each class (Welch's t-test, corrected for the number "
    "of classes). The mean is compared, not the distribution: on the rows that it was trained "
    "with, many a model is surer of itself, and that is no drift.",
    measure="times as frequent, or as rare (1 where chance explains it)",
    advice="Look at label_drift and feature_drift: they tell whether the world or the inputs "
    "changed. If neither did, look for what differs in how the rows were prepared.",
    thresholds=Thresholds(1.25, 1.5, 2),  # those of label_drift, so that both can be compared
    observe=drift_of_predictions,
    needs_model=False,
)

CORRELATIONS = StressTest(
    name="correlation_drift",
    category="drift",
    vulnerability="Two columns no longer move together as they did, though each of them alone "
    "looks as before: a join may have mixed up rows, or a unit may have changed for some.",
    does="Compares Spearman's rank correlation of each pair of numeric columns (Fisher's "
    "transformation, corrected for the number of pairs); tells the ten that changed most.",
    measure="change of the correlation (0 where chance explains it)",
    advice="Look at the two columns side by side, and at the step that joins or fills them.",
    # Cohen, "Statistical Power Analysis", 1988: a small, a medium and a large correlation.
    thresholds=Thresholds(0.1, 0.3, 0.5),
    observe=drift_of_correlations,
    needs_model=False,
)

NULLS = StressTest(
    name="null_drift",
    category="drift",
    vulnerability="A column is empty more often, or less often, than it was: a source is failing, "
    "or somebody fills in what the model knew as empty.",
    does="Compares the share of empty values of each column (Fisher's exact test, corrected for "
    "the number of columns).",
    measure="change of the share of empty values (0 where chance explains it)",
    advice="Ask where the values get lost, or who fills them in now. See what the null test of "
    "the transformations says about how the model takes it.",
    # One value in a hundred is noticed by few, one in twenty costs what a weak slice costs,
    # and one in five is a column that is broken.
    thresholds=Thresholds(0.01, 0.05, 0.2),
    observe=drift_of_nulls,
    needs_model=False,
)

TESTS = (FEATURES, LABELS, PREDICTIONS, CORRELATIONS, NULLS)
