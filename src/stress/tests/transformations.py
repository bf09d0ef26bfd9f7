"""Transformations: rows of the evaluation data, changed as data gets changed on its way."""

from src.stress.tests.extremes import NUMERIC_OUTLIER, OUT_OF_RANGE_VALUE
from src.stress.tests.lost_values import (
    EMPTY_STRING,
    NULL,
    REQUIRED_CHARACTERS_DELETED,
    UNSEEN_CATEGORY,
)
from src.stress.tests.same_rows import (
    COLUMN_ORDER,
    DETERMINISM,
    EXTRA_COLUMN,
    ONE_ROW_AGAINST_A_BATCH,
    ROW_ORDER,
)
from src.stress.tests.same_values import CAPITALISATION, TYPE_CHANGE

TESTS = (
    OUT_OF_RANGE_VALUE,
    NUMERIC_OUTLIER,
    TYPE_CHANGE,
    EMPTY_STRING,
    REQUIRED_CHARACTERS_DELETED,
    UNSEEN_CATEGORY,
    NULL,
    CAPITALISATION,
    ROW_ORDER,
    COLUMN_ORDER,
    EXTRA_COLUMN,
    ONE_ROW_AGAINST_A_BATCH,
    DETERMINISM,
)
