"""The name of an answer, by which its labels find it: also on another server, also much later."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote

from src.release.state import Candidate

NO_CANARY = "0"
FORM = re.compile(r"([0-9a-f]+)\.([0-9a-f]+)\.([0-9a-f]+)\.([\w%~-]+)\.([\w%~-]+)", re.ASCII)


@dataclass(frozen=True)
class RequestId:
    """Which server gave an answer, under which canary, its number there, and of which model.

    Its text goes into a header: ASCII, and nothing of the inside of the house. Nobody can guess
    the number.
    """

    server: str
    canary: str
    number: str
    dataset: str
    model: str

    def __str__(self) -> str:
        """Text that ``parse`` turns back."""
        names = (_escaped(self.dataset), _escaped(self.model))
        return ".".join((self.server, self.canary, self.number, *names))

    @classmethod
    def parse(cls, text: str) -> "RequestId | None":
        """Answer the id that a text is, or None where it is none."""
        parts = FORM.fullmatch(text)
        if parts is None:
            return None
        server, canary, number, dataset, model = parts.groups()
        return cls(server, canary, number, unquote(dataset), unquote(model))


def new_server() -> str:
    """Name a server, as nobody else does."""
    return secrets.token_hex(4)


def new_number() -> str:
    """Number a request, as nobody can guess."""
    return secrets.token_hex(8)


def tag_of(candidate: Candidate) -> str:
    """Name a canary: the same on all servers, another one where a version is tried again."""
    return hashlib.sha256(f"{candidate.model_id} {candidate.since}".encode()).hexdigest()[:10]


@lru_cache(maxsize=100)
def _escaped(name: str) -> str:
    return quote(name, safe="").replace(".", "%2E")
