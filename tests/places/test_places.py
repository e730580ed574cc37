"""Nobody planted in any place is found in what is shared, nothing else is harmed, and nothing is lost."""

import json

import pytest
from filelock import FileLock

from tests.places.catalogue import PLACES
from tests.places.checker import Finding, Verdict
from tests.places.place import Place
from tests.places.stage import accepted, whole


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


def test_no_two_places_are_called_the_same() -> None:
    titles = [place.title for place in PLACES]
    assert len(set(titles)) == len(titles) > 400
