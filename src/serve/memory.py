"""What was answered lately, until the labels come in."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from src.serve.arm import Arm
from src.serve.payload import BadPayload

MOST_ANSWERS = 20_000
MOST_POINTS = 500_000


class UnknownRequest(LookupError):
    """No answer that is remembered has this id."""


@dataclass
class Answered:
    """The classes that were predicted, as text, and for whom their labels count, if for anyone."""

    classes: list[str]
    arm: Arm | None
    labelled: bool = False


class Memory:
    """The newest answers, each joined with its labels once. Threads that share it need a lock."""

    def __init__(self, most_answers: int = MOST_ANSWERS, most_points: int = MOST_POINTS) -> None:
        """Remember nothing yet; later so many answers and points, and no more."""
        self._most_answers = most_answers
        self._most_points = most_points
        self._answers: OrderedDict[str, Answered] = OrderedDict()
        self._points = 0

    def remember(self, number: str, classes: list[str], arm: Arm | None) -> None:
        """Remember an answer, and forget the oldest where they get too many."""
        self._answers[number] = Answered(classes, arm)
        self._points += len(classes)
        while len(self._answers) > self._most_answers or self._points > self._most_points:
            _, oldest = self._answers.popitem(last=False)
            self._points -= len(oldest.classes)

    def join(self, number: str, labels: list[Any]) -> None:
        """Count labels for who predicted; once, however often they come.

        Raises:
            UnknownRequest: the answer is forgotten, or there never was one.
            BadPayload: it had another number of points.
        """
        answer = self._answers.get(number)
        if answer is None:
            raise UnknownRequest(number)
        if len(labels) != len(answer.classes):
            raise BadPayload(
                f"'labels' must have one label for each of the {len(answer.classes)} points "
                f"of the request, in their order, and has {len(labels)}"
            )
        if answer.arm is not None and not answer.labelled:
            pairs = zip(answer.classes, labels, strict=True)
            answer.arm.labelled(len(labels), sum(was != str(label) for was, label in pairs))
        answer.labelled = True


def classes_of(predictions: list[Any]) -> list[str]:
    """Answer the predicted classes as text: of probabilities, the class with the highest."""
    return [
        max(each, key=each.get, default="") if isinstance(each, dict) else str(each)
        for each in predictions
    ]
