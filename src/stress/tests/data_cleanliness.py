"""Stress tests for what is wrong with the data itself, whatever the model is."""

from src.stress.case import StressTest
from src.stress.severity import Thresholds
from src.stress.tests.columns_of_data import high_correlations, label_leaks, missing_columns
from src.stress.tests.rows_of_data import duplicate_rows, label_imbalance

MISSING = StressTest(
    name="missing_columns",
    category="data_cleanliness",
    vulnerability="A column that the model was trained with is missing, or holds text where "
    "numbers were: the model cannot answer, or answers by what it fills in.",
    does="Looks for each column of the reference data in the evaluation data, and for columns "
    "that the reference data does not have.",
    measure="1 if missing or of another kind, 0.5 if unknown to the reference data",
    advice="Correct the query or the file that the evaluation data comes from.",
    # A column more hurts no model that picks its columns by name; a column less hurts all.
    thresholds=Thresholds(0.5, 1, 1),
    observe=missing_columns,
    needs_model=False,
)

DUPLICATES = StressTest(
    name="duplicate_rows",
    category="data_cleanliness",
    vulnerability="Rows are there more than once: they count more than once in training, and "
    "in each figure of an evaluation.",
    does="Counts rows that are alike in all columns and the label, beyond what chance explains "
    "where columns have few values.",
    measure="share of rows that repeat an earlier one",
    advice="Look for a join that multiplies rows, or for a file that was loaded twice.",
    # One in a hundred moves no figure that one would act on; one in five is a file loaded twice.
    thresholds=Thresholds(0.01, 0.05, 0.2),
    observe=duplicate_rows,
    needs_model=False,
)

IMBALANCE = StressTest(
    name="label_imbalance",
    category="data_cleanliness",
    vulnerability="A class is so rare that hardly anything was learned about it, and that no "
    "figure about it can be trusted.",
    does="Compares the most frequent class with the rarest, in the reference and in the "
    "evaluation data.",
    measure="rows of the most frequent class for each row of the rarest",
    advice="Collect more rows of the rare class; judge the model by its recall and precision, "
    "never by the accuracy.",
    # He and Garcia, "Learning from Imbalanced Data", 2009: 100 to 1 is called severe, 1,000 to 1
    # and more are known; 10 to 1 is when accuracy begins to mislead.
    thresholds=Thresholds(10, 100, 1000),
    observe=label_imbalance,
    needs_model=False,
)

CORRELATION = StressTest(
    name="high_correlation",
    category="data_cleanliness",
    vulnerability="Two columns say the same: importances are split between them, and the model "
    "leans on a relation that a change upstream may break.",
    does="Computes Spearman's rank correlation of each pair of numeric columns in the reference "
    "data; tells the ten that are the strongest.",
    measure="rank correlation, without its sign",
    advice="Keep the column that is measured more reliably, unless both are meant to be there.",
    # Measurements of one thing, as radius and area, easily reach 0.95; copies reach 1.
    thresholds=Thresholds(0.9, 0.99, 0.9999),
    observe=high_correlations,
    needs_model=False,
)

LEAK = StressTest(
    name="label_leak",
    category="data_cleanliness",
    vulnerability="One column alone nearly tells the label: perhaps it is only known once the "
    "label is, so that the model is worth nothing in production.",
    does="Estimates the mutual information of each column and the label, from below: a small "
    "tree sees one column of half of the reference data and predicts the labels of the other half.",
    measure="share of the label's entropy that one column explains",
    advice="Ask when the value is known. If it is after the prediction is needed, leave the "
    "column out and train again.",
    # The best honest column of our datasets explains 0.65 (breast_cancer); a copy of the label in
    # which one row of fifty is wrong explains 0.85.
    thresholds=Thresholds(0.7, 0.8, 0.95),
    observe=label_leaks,
    needs_model=False,
)

TESTS = (MISSING, DUPLICATES, IMBALANCE, CORRELATION, LEAK)
