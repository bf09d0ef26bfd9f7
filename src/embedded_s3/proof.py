"""How a store shows to those who look for it that it is the one."""

import hashlib

WHO_PATH = "/_who"


def proof(key: str) -> bytes:
    """Answer at WHO_PATH: shows that the store has the key, and does not tell the key."""
    return hashlib.sha256(key.encode()).hexdigest().encode()
