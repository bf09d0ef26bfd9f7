"""What is kept of a load test: a file for programs, and a page for people."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from src.load.session import Session
from src.utils import write_atomically


def keep(session: Session) -> Path:
    """Write summary.json and summary.html into the folder of a load test; answer the page.

    Raises:
        UserError: they cannot be written.
    """
    text = json.dumps(to_dict(session), indent=1)
    write_atomically(session.folder / "summary.json", text.encode())
    page = session.folder / "summary.html"
    write_atomically(page, to_page(session).encode())
    return page


def to_dict(session: Session) -> dict[str, Any]:
    """Answer all of a load test as JSON takes it."""
    return {
        "started_at": session.started_at,
        "status": session.status,
        "configuration": asdict(session.configuration),
        "planned": [asdict(combination) for combination in session.planned],
        "runs": [asdict(run) for run in session.runs],
    }


def to_page(session: Session) -> str:
    """Answer the page: what was asked, whether it is good enough, and the figures as plots."""
    from src.load.charts import charts_of
    from src.load.terminal import told_of_generator
    from src.pages.page import render
    from src.release.terminal import clock_time

    return render(
        "src.load",
        "summary.html",
        session=session,
        begun=clock_time(session.started_at),
        charts=charts_of(session),
        generator=told_of_generator(session),
    )
