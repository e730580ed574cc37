"""The checker finds what a careless program would leave, and what an eager one would destroy."""

import io
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread
from pydicom.dataelem import DataElement

from tests.places import catalogue
from tests.places.checker import Finding, Output, Verdict, judged, worst
from tests.places.comparison import removed_tags
from tests.places.place import Place, Source
from tests.places.stage import scenes
from tests.places.wire import PIXELS, Spot, words

SCENES = {scene.place.title: scene for scene in scenes(3, catalogue.PLACES)}
Change = Callable[[Dataset, Source], None]


def careless(dataset: Dataset, source: Source) -> None:
    """Replace PatientName and PatientID, as every program does, and nothing else."""
    dataset.PatientName, dataset.PatientID = "subj_1", "subj_1"


def eager(dataset: Dataset, source: Source) -> None:
    """Empty each element that holds a name."""
    careless(dataset, source)
    for spot in (s for s in source.spots if s.path[-1] != PIXELS):
        inner = dataset
        for tag, number in zip(spot.path[:-1:2], spot.path[1::2], strict=True):
            inner = inner[tag].value[number]
        inner[spot.path[-1]] = DataElement(
            spot.path[-1], spot.vr, b"" if spot.vr.startswith(("O", "UN")) else ""
        )


def after(title: str, change: Change) -> Finding:
    """Return the finding for a place after a change of its files."""
    scene = SCENES[title]
    output = Output(Path(), Path(), b"")
    sources = [source for source in scene.sources if source.spots][:2]
    for source in sources:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dataset = dcmread(io.BytesIO(source.data), force=True)
            change(dataset, source)
            stream = io.BytesIO()
            dataset.save_as(stream, enforce_file_format=False)
        output.files[source.uid] = stream.getvalue()
        output.instances[source.uid] = [source.uid]
    return worst([judged(source, output, scene.cast.people) for source in sources])


def planted(place: Place) -> list[Spot]:
    """Return the elements of a place with a name in them."""
    spots = [spot for source in SCENES[place.title].sources for spot in source.spots]
    return [s for s in spots if s.path[-1] != PIXELS and not removed_tags() & set(s.path)]


def telling(place: Place) -> bool:
    """Whether anything of the name must go: there are patients all of whose names are ordinary words."""
    return any(
        len(part) > 2 or not part.isascii() for who in SCENES[place.title].cast.people for part in who.parts
    )


WITH_SPOTS = [p for p in catalogue.PLACES if p.group != catalogue.HOSTILE and planted(p)]
TELLING = [p for p in WITH_SPOTS if telling(p)]
AMID = [p for p in WITH_SPOTS if any(words(b" ".join(s.pieces[::2])) for s in planted(p))]


@pytest.mark.parametrize("place", TELLING, ids=lambda p: p.title)
def test_what_a_careless_program_leaves_is_a_leak(place: Place) -> None:
    found = after(place.title, careless)
    assert found.verdict is Verdict.LEAK, found


@pytest.mark.parametrize("place", AMID, ids=lambda p: p.title)
def test_what_an_eager_program_destroys_is_damage(place: Place) -> None:
    found = after(place.title, eager)
    assert found.verdict in (Verdict.DAMAGED, Verdict.LEAK), found
