"""All stress tests there are, by category."""

from functools import cache
from importlib import import_module

from src.stress.case import StressTest

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


@cache
def tests_of(category: str) -> tuple[StressTest, ...]:
    """Answer the tests of a category, in the order in which they are told."""
    return tuple(import_module(f"src.stress.tests.{category}").TESTS)


def all_tests() -> dict[str, StressTest]:
    """Answer each test by its name."""
    return {test.name: test for category in CATEGORIES for test in tests_of(category)}
