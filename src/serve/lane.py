"""Which versions answer for one kind of model on one dataset, as this server knows it."""

import logging
import threading

from src.release.registry import Version
from src.release.state import Candidate
from src.serve.canary import Canary
from src.serve.house import House
from src.serve.red_flags import RedFlag, Window
from src.serve.shelf import Shelf
from src.serve.sight import Sight
from src.serve.vetting import Vetted

SMOKE_SECONDS = 60.0  # from one smoke test of what answers to the next
STUCK_SECONDS = 30.0  # until a way out of a red flag is looked for again, where there was none

log = logging.getLogger(__name__)


class Lane:
    """The versions of one kind of model on one dataset; threads may share it.

    Nothing here makes a request wait but the first look, and in an app that nobody looks after
    one look of one request at a time.

    known is what S3 told last, answering the version that production's requests are answered
    with, window their outcomes, and dead_end a red flag without a version to go back to.
    """

    def __init__(self, house: House, dataset: str, model: str) -> None:
        """Know nothing yet."""
        self.dataset = dataset
        self.model = model
        self.known: Version | None = None
        self.answering: Vetted | None = None
        self.canary: Canary | None = None
        self.window = Window(house.budget)
        self.dead_end: RedFlag | None = None
        self._house = house
        self._sight = Sight(house)
        self._shelf = Shelf(house.registry, dataset, model)
        self._refused: RedFlag | None = None  # of a version in production that does not answer
        self._ended: list[Canary] = []
        self._looking = threading.Lock()
        self._stepping_in = threading.Lock()
        self._smoked = self._alone_until = self._stuck_until = house.clock()

    def ready(self, inline: bool) -> None:
        """See that there is a version to answer with.

        Args:
            inline: look again where the last look is too old; nobody else does.

        Raises:
            UserError: none is known, and none can be loaded.
        """
        if self.answering is None:
            with self._looking:
                if self.answering is None:
                    self._try_to_look()
        elif inline and self._sight.is_due() and self._looking.acquire(blocking=False):
            try:
                self._try_to_look()
            finally:
                self._looking.release()

    def look(self) -> bool:
        """Look what is in production, and follow; answer False, and change nothing, if S3 is away.

        Raises:
            UserError: no version was known before, and none can be loaded.
        """
        with self._looking:
            self._try_to_look()
        return not self._sight.is_away

    def stand_in(self) -> Vetted | None:
        """Answer a fit version that may answer what the one in production cannot, if any."""
        with self._stepping_in:
            if self._house.clock() < self._alone_until:
                return None
            try:
                found = self._shelf.first_fit(self.known.state, but=self.answering)
            except Exception as error:
                log.error("No other version can be loaded now: %s", error)
                found = None
            if found is None:
                self._alone_until = self._house.clock() + self._house.refresh_seconds
        return found

    def red_flag(self) -> RedFlag | None:
        """Answer why what is in production must not go on; None where all is well."""
        answering, known = self.answering, self.known
        if answering is None or known is None:
            return None
        if answering.model_id != known.model_id:
            return self._refused
        return answering.red_flag or self.window.red_flag(answering.model_id)

    def smoke_again(self) -> None:
        """Smoke test what answers once more, if that is due."""
        if self._house.clock() < self._smoked + SMOKE_SECONDS:
            return
        self._smoked = self._house.clock()
        with self._looking:
            self.answering = self._shelf.test_again(self.answering)
            if self.canary:
                self.canary.version = self._shelf.test_again(self.canary.version)

    def get_stuck(self, flag: RedFlag | None) -> None:
        """Remember that there is no way out of a red flag; None where there is none any more."""
        if flag and (self.dead_end is None or self.dead_end.model_id != flag.model_id):
            log.error("%s goes on, for want of another version: %s", flag.model_id, flag.why)
        self.dead_end = flag
        self._stuck_until = self._house.clock() + STUCK_SECONDS

    def is_stuck(self, flag: RedFlag) -> bool:
        """Whether it was found only lately that there is no way out of a red flag."""
        known = self.dead_end is not None and self.dead_end.model_id == flag.model_id
        return known and self._house.clock() < self._stuck_until

    def warning(self) -> str | None:
        """Answer what an operator should know although requests are answered; None if nothing."""
        if self.answering is None:
            return None
        told = (self._warning_of(self.red_flag()), self._sight.warning())
        return "; ".join(filter(None, told)) or None

    def canaries(self) -> list[Canary]:
        """Answer the canary under way, and those that ended and are not forgotten yet."""
        return [*self._ended, *([self.canary] if self.canary else [])]

    def forget(self, canary: Canary) -> None:
        """Forget a canary that has ended: its last record is written."""
        if canary in self._ended:
            self._ended.remove(canary)

    def _warning_of(self, flag: RedFlag | None) -> str | None:
        if flag is None:
            return None
        if flag.model_id != self.answering.model_id:
            return f"{flag.model_id} is not fit to answer: {flag.kind}"
        dead_end = ", and there is no version to roll back to" if self.dead_end else ""
        return f"{flag.model_id} should not answer: {flag.kind}{dead_end}"

    def _try_to_look(self) -> None:
        self._sight.began()
        try:
            self._look()
        except Exception as error:
            if self.answering is None:
                raise
            self._sight.failed(error, self.answering.model_id)
        else:
            self._sight.went_well()

    def _look(self) -> None:
        version = self._house.registry.production(self.dataset, self.model)
        self._follow(version)
        self.known = version
        self._follow_canary(version.state.candidate if version.state else None)
        self._shelf.tidy(version.state, version.model_id, self.answering.model_id)

    def _follow(self, version: Version) -> None:
        if self.answering and self.answering.model_id == version.model_id:
            self._refused = None
            return
        new = self._shelf.get(version.model_id)
        if new.red_flag and new.red_flag != self._refused:
            log.error("%s must not answer: %s", new.model_id, new.red_flag.why)
        self._refused = new.red_flag
        if new.red_flag and self.answering:
            return
        if new.red_flag:
            new = self._shelf.first_fit(version.state, but=None) or new
        if new.error:
            raise new.error
        self.window = Window(self._house.budget)
        self.answering = new

    def _follow_canary(self, candidate: Candidate | None) -> None:
        if self.canary and candidate and self.canary.is_of(candidate):
            self.canary.candidate = candidate  # its share may be another one
            return
        if self.canary:
            self._ended.append(self.canary)
            self.canary = None
        if candidate:
            version = self._shelf.get(candidate.model_id)
            canary = Canary(self._house, self.dataset, self.model, candidate, version)
            canary.write()  # others know of this server before anyone knows an answer of it
            self.canary = canary
