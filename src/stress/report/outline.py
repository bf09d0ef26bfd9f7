"""What a report says, however it is shown."""

from collections import Counter
from collections.abc import Iterable

from src.pages.text import label, number, shown
from src.stress.case import Case, Result
from src.stress.catalogue import CATEGORIES
from src.stress.run import Run
from src.stress.severity import Severity, Thresholds

NOT_JUDGED = "not judged"
LOOKS = {  # what a result comes to -> its mark, and its style on the terminal
    "high": ("✘", "bold red"),
    "medium": ("◐", "bold yellow"),
    "low": ("○", "cyan"),
    "none": ("✔", "green"),
    NOT_JUDGED: ("·", "dim"),
}
DONE = "succeeded"
EVERYWHERE = "all rows"


def grade(result: Result) -> str:
    """Answer the severity of a test, or that it could not be judged."""
    return NOT_JUDGED if result.worst is None else str(result.severity)


def grade_of(run: Run) -> str:
    """Answer the severity of a run, or that nothing in it could be judged."""
    judged = any(result.worst for result in run.results)
    return str(run.severity) if judged else NOT_JUDGED


def counts(results: Iterable[Result]) -> Counter[str]:
    """Answer how many tests came to what."""
    return Counter(grade(result) for result in results)


def findings(run: Run) -> list[Result]:
    """Answer the results of high and medium severity, the worst first."""
    found = [result for result in run.results if result.severity >= Severity.MEDIUM]
    return sorted(found, key=lambda result: -result.severity)


def by_category(results: Iterable[Result]) -> dict[str, list[Result]]:
    """Answer the results by the titles of their categories, in the catalogue's order."""
    groups: dict[str, list[Result]] = {category: [] for category in CATEGORIES}
    for result in results:
        groups.setdefault(result.test.category, []).append(result)
    return {title_of(category): group for category, group in groups.items() if group}


def title_of(category: str) -> str:
    """Answer a category as people read it; a user's own tests may have one of their own."""
    return CATEGORIES.get(category, shown(category, 80).replace("_", " ").capitalize())


def verdict(run: Run) -> str:
    """Answer in a sentence or two what the run came to."""
    number_of = counts(run.results)
    unjudged = number_of[NOT_JUDGED]
    judged = len(run.results) - unjudged
    told = [_found(number_of, judged)] if judged else ["Nothing could be judged."]
    if unjudged:
        told.append(f"{_tests(unjudged)} could not be judged.")
    if run.status != DONE:
        told.append(f"The run is {shown(run.status, 40)}: this is how far it got.")
    return " ".join(told)


def worst_first(result: Result) -> list[Case]:
    """Answer the cases of a test, those that could not be judged at the end."""
    return sorted(result.cases, key=_badness)


def told_limits(thresholds: Thresholds) -> str:
    """Answer the thresholds in words."""
    levels = (("low", thresholds.low), ("medium", thresholds.medium), ("high", thresholds.high))
    return ", ".join(f"{level} from {number(value)}" for level, value in levels)


def value_of(case: Case | None) -> str:
    """Answer what the thresholds graded, or that the model raised."""
    if case is None:
        return number(None)
    return "error" if case.observation.error else number(case.observation.value)


def where_of(case: Case | None) -> str:
    """Answer what a case is about, in few words."""
    return "" if case is None else label(case.observation.subject or EVERYWHERE, 60)


def _found(number_of: Counter[str], judged: int) -> str:
    severe = [f"{number_of[level]} of {level}" for level in ("high", "medium") if number_of[level]]
    if severe:
        return f"Of {_tests(judged)}: {' and '.join(severe)} severity."
    low = f" ({number_of['low']} of low)" if number_of["low"] else ""
    return f"Nothing of medium or high severity in {_tests(judged)}{low}."


def _tests(count: int) -> str:
    return f"{count} test{'' if count == 1 else 's'}"


def _badness(case: Case) -> tuple[float, float]:
    severity, value = case.severity, case.observation.value
    return (
        1 if severity is None else -severity,
        float("-inf") if case.observation.error else -(value if value is not None else 0.0),
    )
