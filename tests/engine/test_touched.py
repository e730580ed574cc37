"""A run that looks closely only at what was written since the last one comes to the same as a look at all."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from anonledger.engine import plan
from anonledger.engine.outcome import Outcome
from anonledger.engine.plan import FEW
from anonledger.engine.progress import Silent
from anonledger.engine.project import project_at
from anonledger.engine.request import Request
from anonledger.engine.run import run
from anonledger.settings import Settings
from tests import factories
from tests.program import contents, images

PEOPLE = [factories.Patient(f"Doe^{name}", f"P-10447{n}") for n, name in enumerate(("Ada", "Bea", "Cy"))]
SAME = factories.uid("an image that comes in several versions")


def written(name: str, who: str, number: int = 5, **elements: str) -> Callable[[Path], object]:
    """Return what writes a file of a patient into the sources."""
    data = factories.instance(who, f"X-{who}", number=number, SOPInstanceUID=SAME, **elements)  # type: ignore[arg-type]
    return lambda project: bool((project / "dicom" / name).write_bytes(data))


def lost(project: Path) -> None:
    """Take a file away from the tree, and write rubbish over another."""
    here = sorted(images(project / "anonymized"))
    (project / "anonymized" / here[0]).unlink()
    (project / "anonymized" / here[-1]).unlink()
    (project / "anonymized" / here[-1]).write_bytes(b"rubbish")


def moved(project: Path) -> None:
    """Move sources, and take one away."""
    (project / "dicom" / "case1").rename(project / "dicom" / "elsewhere")
    next((project / "dicom" / "case2").rglob("*.dcm")).unlink()


def killed(project: Path) -> None:
    """Leave in a patient's folder what a killed run leaves."""
    folder = (project / "anonymized" / sorted(images(project / "anonymized"))[0]).parent
    (folder / f".anonledger-{'0' * 16}.tmp").touch()


STEPS: list[Callable[[Path], object]] = [
    written("a.dcm", "Roe^Jane"),
    written("a.dcm", "Roe^Jane", StationName="MR1"),
    written("a.dcm", "Roe^Jane"),
    written("b.dcm", "Roe^Jane", StationName="MR2"),
    written("c.dcm", "ROE^JANE"),
    lost,
    written("a.dcm", "Lindqvist^Ruth", BurnedInAnnotation="YES"),
    moved,
    written("b.dcm", "Lindqvist^Ruth"),
    killed,
]


def run_in(project: Path) -> Outcome:
    """Run a project over its folder "dicom"."""
    request = Request(project_at(project), (project / "dicom",), None, Settings(), project / "salt")
    return run(request, Silent())


def test_it_comes_to_the_same_step_by_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = tmp_path / "remembers", tmp_path / "forgets"
    for project in both:
        factories.study(project / "dicom", *PEOPLE)
        (project / "salt").write_text("a made-up salt of both")
        run_in(project)
    for number, step in enumerate(STEPS):
        came_to = []
        for project in both:
            step(project)
            (both[1] / ".anonledger" / "rest.json").unlink(missing_ok=True)
            monkeypatch.setattr(plan, "FEW", 0 if project is both[0] else FEW)
            outcome = run_in(project)
            rest = json.loads((project / ".anonledger" / "rest.json").read_text())
            told = [rest[name] for name in ("sources", "report", "doubts", "notes", "equal")]
            came_to.append((outcome.released, outcome.report, told, contents(project / "anonymized")))
        assert came_to[0] == came_to[1], number
