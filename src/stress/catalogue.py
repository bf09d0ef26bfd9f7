"""All stress tests there are, by category."""

from functools import cache
from importlib import import_module

from src.errors import UserError
from src.stress.case import StressTest
from src.stress.suggestion import unknown

CATEGORIES = {  # each with its module below src.stress.tests, and its title
    "transformations": "Transformations",
    "abnormal_inputs": "Abnormal inputs",
    "model_performance": "Model performance",
    "subset_performance": "Subset performance",
    "adversarial": "Adversarial",
    "drift": "Drift",
    "data_cleanliness": "Data cleanliness",
    "bias_and_fairness": "Bias and fairness",
    "data_poisoning": "Data poisoning",
}
BY_DEFAULT = ("transformations", "model_performance", "subset_performance", "adversarial", "drift")
CUSTOM = "custom"  # what users write themselves


def tests_of(category: str) -> tuple[StressTest, ...]:
    """Answer the tests of a category, in the order in which they are told.

    Those of "custom" are the ones that were made in this process.

    Raises:
        UserError: there is no such category.
    """
    if category == CUSTOM:
        from src.stress.custom import registered

        return tuple(registered().values())
    if category not in CATEGORIES:
        raise UserError(unknown("category", category, [*CATEGORIES, CUSTOM]))
    return _ours(category)


def all_tests() -> dict[str, StressTest]:
    """Answer each test of ours by its name."""
    return {test.name: test for category in CATEGORIES for test in tests_of(category)}


@cache
def _ours(category: str) -> tuple[StressTest, ...]:
    return tuple(import_module(f"src.stress.tests.{category}").TESTS)
