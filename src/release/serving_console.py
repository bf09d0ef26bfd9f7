"""The specification of serving, for people to read."""

from typing import Any

from rich.console import Console

from src.predict.predictor import METHODS
from src.release.terminal import grid, print_facts, printable, say
from src.train.specification import Serving

FEATURES_SHOWN = 3
CLASSES_SHOWN = 3


def print_serving(console: Console, serving: Serving) -> None:
    """Print what a version takes and answers; the points of its sample are shortened."""
    print_facts(
        console,
        {
            "API": serving.api_version,
            "methods": ", ".join(serving.answers),
            "classes": ", ".join(map(str, serving.classes)),
            "sample": f"{len(serving.sample)} points with their expected answers, below",
        },
    )
    say(console, f"\nColumns of a point ({len(serving.columns)})", style="bold")
    columns = grid()
    for column in serving.columns:
        columns.add_row(printable(column["name"]), column["type"], printable(_range(column)))
    console.print(columns)
    say(console, "\nSample", style="bold")
    sample = grid()
    for number, point in enumerate(serving.sample):
        answers = [_answer(serving.answers, method, number) for method in METHODS]
        sample.add_row(*map(printable, (_shortened(point), "->", *answers)))
    console.print(sample)


def _range(column: dict[str, Any]) -> str:
    if column["categories"]:
        return ", ".join(column["categories"])
    bounds = {"from": column["minimum"], "to": column["maximum"]}
    return " ".join(f"{word} {bound:g}" for word, bound in bounds.items() if bound is not None)


def _shortened(point: dict[str, Any]) -> str:
    shown = [f"{name}={_figure(value)}" for name, value in list(point.items())[:FEATURES_SHOWN]]
    more = len(point) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _answer(answers: dict[str, list], method: str, number: int) -> str:
    if number >= len(answers.get(method, [])):
        return ""
    answer = answers[method][number]
    if not isinstance(answer, dict):
        return str(answer)
    likeliest = sorted(answer.items(), key=lambda item: item[1], reverse=True)
    shown = [f"{name} {probability:.4f}" for name, probability in likeliest[:CLASSES_SHOWN]]
    return ", ".join(shown) + (" ..." if len(likeliest) > len(shown) else "")


def _figure(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
