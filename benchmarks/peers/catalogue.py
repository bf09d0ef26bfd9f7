"""Which servers are compared, how each is installed and started, and what it is asked."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WORKERS = 2
OURS, USUAL, DIRECT = "ours", "FastAPI", "FastAPI, our direct walk"
BATCHING = "BentoML, batching"


@dataclass(frozen=True)
class Way:
    """A path of a server, and how it wants a row."""

    name: str
    path: str
    wrap: Callable[[dict], Any] = lambda row: row


@dataclass(frozen=True)
class Peer:
    """A server: what it is made of, and how it is started.

    packages are those of an environment of its own; with none, it has ours. The commands get the
    environment's folder of programs, a folder for files, and a port.
    """

    name: str
    ways: tuple[Way, ...]
    start: Callable[[Path, Path, int], list]
    packages: tuple[str, ...] = ()
    prepare: Callable[[Path, Path], list] | None = None


def as_here(*names: str) -> tuple[str, ...]:
    """Pin packages to the versions of our own environment, so that a pickle loads as it does."""
    return tuple(f"{name}=={version(name)}" for name in names)


def peers() -> tuple[Peer, ...]:
    """Answer all servers, ours first."""
    model = as_here("scikit-learn", "numpy", "scipy", "pandas")
    uvicorn = "uvicorn[standard]==0.54.0"  # with uvloop; without it a request costs 44 ms more
    return (
        Peer(OURS, (Way(OURS, "/invocation"),), _ours),
        Peer(
            "fastapi",
            (
                Way(USUAL, "/plain"),
                Way("FastAPI, validated", "/validated"),
                Way(DIRECT, "/direct"),
            ),
            _fastapi,
            ("fastapi==0.165.0", uvicorn, *model, *as_here("threadpoolctl")),
        ),
        Peer(
            "mlflow",
            (Way("mlflow models serve", "/invocations", lambda row: {"dataframe_records": [row]}),),
            _mlflow,
            ("mlflow==3.17.2", uvicorn, *model),
            lambda programs, folder: [programs / "python", HERE / "save_for_mlflow.py", folder],
        ),
        Peer(
            "bentoml",
            (
                Way("BentoML", "/one", lambda row: {"point": row}),
                Way(BATCHING, "/batched", lambda row: {"points": [row]}),
            ),
            _bentoml,
            ("bentoml==1.4.39", *model),
        ),
    )


def _ours(programs: Path, folder: Path, port: int) -> list:
    return [sys.executable, "-m", "src", "serve", "--port", port, "--workers", WORKERS]


def _fastapi(programs: Path, folder: Path, port: int) -> list:
    app = "benchmarks.peers.fastapi_app:app"
    options = ["--workers", WORKERS, "--loop", "uvloop", "--no-access-log", "--backlog", 1024]
    return [programs / "python", "-m", "uvicorn", app, "--port", port, *options]


def _mlflow(programs: Path, folder: Path, port: int) -> list:
    command = [programs / "mlflow", "models", "serve", "--model-uri", folder, "--port", port]
    return [*command, "--workers", WORKERS, "--env-manager", "local"]


def _bentoml(programs: Path, folder: Path, port: int) -> list:
    service = "benchmarks.peers.bentoml_service:Forest"
    return [programs / "bentoml", "serve", service, "--host", "127.0.0.1", "--port", port]
