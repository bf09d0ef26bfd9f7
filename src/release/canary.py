"""What all servers saw of a canary, and what follows from it."""

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from src import aws
from src.release.decision import Decision, decide
from src.release.records import Record, Tally, read_records
from src.release.release import Refused, Release
from src.release.state import Candidate


@dataclass(frozen=True)
class Judgement:
    """A canary, the totals of all servers, and the decision.

    production is the version that it is measured against. servers are the records of those that
    were heard of; damaged are the keys of records that cannot be read, and count for nothing.
    """

    candidate: Candidate
    production: str
    candidate_tally: Tally
    production_tally: Tally
    decision: Decision
    servers: tuple[Record, ...] = ()
    damaged: tuple[str, ...] = ()

    @property
    def orphans(self) -> int:
        """How many labels no server could join to an answer."""
        return sum(record.orphans for record in self.servers)


def judge(release: Release, store: Any = aws) -> Judgement:
    """Add up what all servers saw of the canary that is under way, and decide.

    Args:
        release: of which models.
        store: where the servers write: whatever has download and list_keys like ``src.aws``.

    Raises:
        Refused: there is no canary.
        NotInProduction: nothing is in production.
        UserError: S3 is not there, or does not let us.
    """
    state = release.state()
    if state.candidate is None:
        raise Refused(
            f"There is no canary of {release.model} on {release.dataset}: "
            "start one with `python -m src release canary start ID`."
        )
    damaged: list[str] = []
    records = read_records(store, release.dataset, release.model, state.candidate, damaged.append)
    candidate = reduce(add, (record.candidate for record in records), Tally())
    production = reduce(add, (record.production for record in records), Tally())
    return Judgement(
        candidate=state.candidate,
        production=state.model_id,
        candidate_tally=candidate,
        production_tally=production,
        decision=decide(candidate, production),
        servers=tuple(records),
        damaged=tuple(damaged),
    )
