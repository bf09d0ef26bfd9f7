"""One model in production, and servers of it that are asked the same rows."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import boto3

from benchmarks.peers.catalogue import WORKERS, Peer, Way
from benchmarks.peers.environments import programs_of
from benchmarks.peers.plan import Plan
from benchmarks.peers.running import NotServing, free_port, running, wait_until_right
from benchmarks.servers import ROOT, s3
from src.config import DEFAULT_DATASET, Settings
from src.release.registry import Registry
from src.release.training_run import MODEL
from src.train.dataset import load
from src.train.train import train
from src.utils import deserialise

ROWS = 500
LAST_LINES = 3  # of a log, which tell why a server does not answer


@dataclass(frozen=True)
class Stand:
    """A server that answers rightly, on one of its paths."""

    name: str
    plan: Path
    port: int
    process: subprocess.Popen


class House:
    """The default model, trained, in production on an S3 of its own; and servers of it."""

    def __init__(self, folder: Path, stack: ExitStack, say: Callable[[str], None]):
        """Train the model; what is started ends with the stack."""
        self._folder, self._stack, self._say = folder, stack, say
        say("training the model that all serve")
        _, self._environ = stack.enter_context(s3(folder))
        with patch.dict("os.environ", self._environ, clear=True):
            settings = Settings.from_env()
            boto3.client("s3").create_bucket(Bucket=settings.bucket)
            report = train(settings=settings)
            Registry().deploy(settings.output_dir / report.model_id)
            rows = load(DEFAULT_DATASET, settings).X[:ROWS]
        self._model = settings.output_dir / report.model_id / MODEL
        model = deserialise(self._model.read_bytes(), report.artifacts[MODEL])
        self._rows, self._classes = rows.to_dict("records"), model.predict(rows).tolist()

    def open(self, peer: Peer) -> list[Stand]:
        """Install a server if need be, start it, and see that it answers rightly.

        Raises:
            NotInstalled: it cannot be installed.
            NotServing: it does not answer, or not rightly.
        """
        programs = Path(sys.executable).parent
        if peer.packages:
            environment = ROOT / ".cache" / "peers" / peer.name
            programs = programs_of(environment, peer.packages, self._say)
        self._say(f"starting {peer.name}")
        place, port, environ = self._folder / peer.name, free_port(), self._environ_of(programs)
        if peer.prepare:
            _do([str(part) for part in peer.prepare(programs, place)], environ)
        log = self._folder / f"{peer.name}.log"
        command = peer.start(programs, place, port)
        process = self._stack.enter_context(running(command, environ, ROOT, log))
        return [self._stand(way, port, process, log) for way in peer.ways]

    def _environ_of(self, programs: Path) -> dict[str, str]:
        path = os.pathsep.join((str(programs), os.environ.get("PATH", "")))
        return self._environ | {
            "PATH": path,
            "PYTHONPATH": str(ROOT),
            "PEER_MODEL": str(self._model),
            "PEER_WORKERS": str(WORKERS),
        }

    def _stand(self, way: Way, port: int, process: subprocess.Popen, log: Path) -> Stand:
        plan = Plan.of(way.path, way.wrap, self._rows, self._classes)
        try:
            wait_until_right(process, port, plan)
        except NotServing as error:
            told = _last_lines(log.read_text(encoding="utf-8", errors="replace"))
            raise NotServing(f"{error}; its log ends with: {told}") from error
        file = self._folder / f"{way.name}.json"
        plan.write(file)
        return Stand(way.name, file, port, process)


def _do(command: list[str], environ: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    if done.returncode:
        raise NotServing(f"it takes no model: {_last_lines(done.stderr)}")


def _last_lines(text: str) -> str:
    return " / ".join(line.strip() for line in text.splitlines()[-LAST_LINES:])
