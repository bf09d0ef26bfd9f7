"""When a server looked at S3, and whether it saw anything."""

import logging

from src.serve.house import House

LATE = 5.0  # seconds that a look may be overdue before people are told

log = logging.getLogger(__name__)


class Sight:
    """The last look of a server at what is in production, good or failed."""

    def __init__(self, house: House) -> None:
        """Count from now on."""
        self._house = house
        self._looked = self._seen = house.clock()
        self._looked_at = self._seen_at = house.now()
        self.is_away = False

    def is_due(self) -> bool:
        """Whether the last look, good or failed, is too old."""
        return self._house.clock() >= self._looked + self._house.refresh_seconds

    def began(self) -> None:
        """A look begins."""
        self._looked, self._looked_at = self._house.clock(), self._house.now()

    def went_well(self) -> None:
        """The look saw what is in production."""
        if self.is_away:
            log.error("S3 tells again what is in production.")
        self._seen, self._seen_at, self.is_away = self._looked, self._looked_at, False

    def failed(self, error: Exception, answering: str) -> None:
        """The look saw nothing; a version answers all the same. It is logged the first time."""
        if not self.is_away:
            log.error("%s keeps answering: %s", answering, error)
        self.is_away = True

    def warning(self) -> str | None:
        """Answer since when nothing was seen, where that is too long."""
        late = self._house.clock() - self._seen > self._house.refresh_seconds + LATE
        if not (self.is_away or late):
            return None
        since = self._seen_at.isoformat(" ", "seconds")
        return f"S3 has not told since {since} what is in production"
