"""A plan made ready to be asked for often."""

import logging
from collections import Counter

from src.load.plan import Draw, Plan

EXAMPLES = 5  # of each kind of problem, in the log

log = logging.getLogger(__name__)


class Load:
    """What users of one process share."""

    def __init__(self, plan: Plan) -> None:
        """Prepare what each request would otherwise prepare."""
        self.plan = plan
        self.bodies = plan.bodies()
        self.answers = plan.answers()
        self.draw = Draw(plan)
        self._seen: Counter[str] = Counter()

    def problem(self, row: int, status: int, body: bytes) -> str | None:
        """Answer what is wrong with the answer for a row; log the first ones of each kind."""
        problem = self.answers.problem(row, status, body)
        if problem:
            self._seen[problem] += 1
            if self._seen[problem] <= EXAMPLES:
                log.warning("%s: row %d was answered %r", problem, row, body[:500])
        return problem
