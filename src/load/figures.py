"""What was measured of a run of load, in numbers."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Figures:
    """Requests of a run, and how long their answers took.

    Locust rounds percentiles from 100 ms on to two digits. Failed requests are among those that
    the times are of.
    """

    requests: int = 0
    failures: int = 0
    p50_ms: float = 0.0
    p95_ms: float = 0.0
    p99_ms: float = 0.0
    slowest_ms: float = 0.0
    requests_per_second: float = 0.0

    @property
    def error_share(self) -> float:
        """Which part of the requests failed."""
        return self.failures / self.requests if self.requests else 0.0

    @property
    def answered_per_second(self) -> float:
        """Requests per second, without those that failed: to fail is quick."""
        return self.requests_per_second * (1 - self.error_share)


def figures_of(total: Any) -> Figures:
    """Answer the figures of Locust's ``environment.stats.total``."""
    return Figures(
        requests=total.num_requests,
        failures=total.num_failures,
        p50_ms=float(total.get_response_time_percentile(0.50) or 0),
        p95_ms=float(total.get_response_time_percentile(0.95) or 0),
        p99_ms=float(total.get_response_time_percentile(0.99) or 0),
        slowest_ms=float(total.max_response_time or 0),
        requests_per_second=total.total_rps,
    )
