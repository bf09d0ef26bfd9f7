"""Keeping an embedded S3 on the command line, until told to stop."""

import signal
import time
from contextlib import suppress
from pathlib import Path

import click

from src.aws import embedded_client
from src.config import Settings
from src.embedded_s3.host import Endpoint, ensure

LOOK_EVERY = 1.0  # seconds; another process may have hosted the S3, and ended


def keep() -> None:
    """Keep the S3 of the output folder, and print how other tools reach it, until told to stop."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    settings = Settings.from_env()
    folder = settings.output_dir / "s3"
    with suppress(KeyboardInterrupt):
        endpoint = ensure(folder)
        embedded_client(endpoint, folder, settings.bucket)  # makes the bucket
        click.echo(_directions(endpoint, settings.bucket, folder))
        while True:
            time.sleep(LOOK_EVERY)
            ensure(folder, check=True)


def _directions(endpoint: Endpoint, bucket: str, folder: Path) -> str:
    return (
        f"S3 on {endpoint.url}, bucket {bucket}, kept in {folder}; Ctrl-C ends it.\n"
        "`python -m src` finds it by itself. For other tools:\n\n"
        f"export AWS_ENDPOINT_URL_S3={endpoint.url}\n"
        f"export AWS_ACCESS_KEY_ID={endpoint.key}\n"
        f"export AWS_SECRET_ACCESS_KEY={endpoint.key}\n"
        "export AWS_DEFAULT_REGION=us-east-1\n"
    )
