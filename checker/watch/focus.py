"""Which exercises of a day are checked, and which one is in focus."""

from collections.abc import Iterable, Sequence

from checker.course import Exercise, pick
from checker.verdict import Verdict


class Focus:
    """The exercise whose details are shown.

    Args:
        exercises: The day's.
        only: The one to check, as `pick` takes it; None for all, and the focus comes later.
    """

    def __init__(self, exercises: Sequence[Exercise], only: str | None):
        self.exercises = list(exercises)
        self.path = pick(self.exercises, only).path if only else None
        self._alone = only is not None

    @property
    def exercise(self) -> Exercise:
        """The one in focus, the first where none is yet."""
        return next((one for one in self.exercises if one.path == self.path), self.exercises[0])

    @property
    def checked(self) -> list[Exercise]:
        """The exercises to check, the one in focus first."""
        if self._alone:
            return [self.exercise]
        return sorted(self.exercises, key=lambda one: one.path != self.path)

    def update(self, exercises: Sequence[Exercise]) -> None:
        """The day may have others now."""
        self.exercises = list(exercises)
        if self.path not in {one.path for one in self.exercises}:
            self.path, self._alone = None, False

    def go_on(self) -> None:
        """To the next exercise; after the last one comes the first."""
        number = self.exercises.index(self.exercise) + 1 if self.path else 0
        self.path = self.exercises[number % len(self.exercises)].path

    def follow(self, touched: Iterable[Exercise]) -> None:
        """To what is being worked on, if only one of many is not insisted on."""
        paths = [one.path for one in touched]
        if paths and not self._alone and self.path not in paths:
            self.path = paths[0]

    def settle(self, verdicts: Iterable[Verdict]) -> None:
        """Where none is in focus yet: on the first that is not done, bonus last."""
        if self.path is None:
            order = sorted(
                verdicts, key=lambda one: (one.status == "done", one.exercise.bonus)
            )  # and then by number, as they come
            self.path = order[0].exercise.path

    def widen(self) -> None:
        """Check all exercises of the day."""
        self._alone = False
