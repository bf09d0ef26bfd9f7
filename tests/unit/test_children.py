"""When an interruption comes: at once, later, or wherever the system cannot hold it back."""

import signal
import threading

import pytest

from src.serve.children import signals_held_back, signals_let_through

needs_masks = pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="Windows")


def interrupt(steps):
    """Interrupt this thread (others may take what is sent to the process), and go on if one can."""
    signal.pthread_kill(threading.get_ident(), signal.SIGINT)
    steps.append("went on")


@needs_masks
def test_an_interruption_that_is_held_back_comes_at_the_end():
    steps = []

    with pytest.raises(KeyboardInterrupt), signals_held_back():
        interrupt(steps)

    assert steps == ["went on"]


@needs_masks
def test_an_interruption_that_is_let_through_comes_at_once():
    steps = []

    with signals_held_back(), pytest.raises(KeyboardInterrupt), signals_let_through():
        interrupt(steps)

    assert steps == []


def test_where_signals_cannot_be_held_back_all_goes_on_without(monkeypatch):
    for name in ("pthread_sigmask", "SIG_BLOCK", "SIG_UNBLOCK", "SIG_SETMASK"):
        monkeypatch.delattr(signal, name, raising=False)

    with signals_held_back(), signals_let_through():
        steps = ["as ever"]

    assert steps == ["as ever"]
