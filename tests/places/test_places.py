"""Nobody planted in any place is found in what is shared, nothing else is harmed, and nothing is lost."""

import json
from pathlib import Path

import pytest
from filelock import FileLock

from tests.places.catalogue import PLACES
from tests.places.checker import Finding, Verdict
from tests.places.place import Place
from tests.places.score import by_group
from tests.places.stage import SEED, USUAL_SEED, accepted, whole


@pytest.fixture(scope="session")
def findings(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> dict[str, Finding]:
    """Run the program once, however many processes the tests are shared among."""
    own = tmp_path_factory.getbasetemp()
    shared = own.parent if hasattr(request.config, "workerinput") else own
    result = shared / "places.json"
    with FileLock(shared / "places.lock"):
        if not result.exists():
            work = shared / "places"
            work.mkdir()
            found = {title: [f.verdict, f.evidence] for title, f in whole(work).items()}
            result.write_text(json.dumps(found), encoding="utf-8")
    loaded = json.loads(result.read_text(encoding="utf-8"))
    return {title: Finding(Verdict(verdict), evidence) for title, (verdict, evidence) in loaded.items()}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.title)
def test_what_comes_out_of(place: Place, findings: dict[str, Finding]) -> None:
    found = findings[place.title]
    assert found.verdict in accepted(place), found


def test_the_readme_shows_the_score(findings: dict[str, Finding]) -> None:
    readme = Path(__file__).parents[2].joinpath("README.md").read_text("utf-8")
    shown = readme.partition("<!-- table of: python -m tests.places.score -->\n")[2].partition("\n\n")[0]
    if SEED == USUAL_SEED:
        assert list(map(certain, shown.splitlines())) == list(map(certain, by_group(findings, PLACES)))


def certain(line: str) -> list[str]:
    """Return the cells of a line that do not depend on the system: root reads files without permission."""
    cells = line.strip("| ").split(" | ")
    return [*cells[:2], *cells[4:]] if cells[0].startswith("Broken") else cells


def test_no_two_places_are_called_the_same() -> None:
    titles = [place.title for place in PLACES]
    assert len(set(titles)) == len(titles) > 400
