"""A project in a temporary folder, and one call that runs it here, in the test's own process.

Owns: no worker process, no terminal; everything else is as in real life.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from anonledger.engine.outcome import Outcome
from anonledger.engine.progress import Progress, Silent
from anonledger.engine.project import project_at
from anonledger.engine.request import Request
from anonledger.engine.run import run
from anonledger.settings import Settings

Runner = Callable[..., Outcome]


@pytest.fixture
def go(tmp_path: Path) -> Runner:
    """Run the project in the test's folder over the folder "dicom"; further keywords are settings."""
    (tmp_path / "salt").write_text("a made-up salt for the tests of the engine")
    (tmp_path / "dicom").mkdir()

    def runner(
        *sources: str,
        table: Path | None = None,
        forced: bool = False,
        redone: tuple[str, ...] = (),
        progress: Progress | None = None,
        **settings: Any,
    ) -> Outcome:
        request = Request(
            project=project_at(tmp_path),
            sources=tuple(tmp_path / source for source in sources or ("dicom",)),
            table=table,
            settings=replace(Settings(), **settings),
            salt_file=tmp_path / "salt",
            forced=forced,
            redone=redone,
        )
        return run(request, progress or Silent())

    return runner
