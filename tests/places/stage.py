"""Build the trees of all places, run the program on them, and judge each place.

Owns: one run of the program for each tree, whatever the number of tests.
"""

import os
import random
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.places import catalogue
from tests.places.checker import Finding, Output, Verdict, judged, strangers, worst
from tests.places.people import Person, Town
from tests.places.place import Cast, Place, Source

SALT = "a made-up salt that no project uses"
USUAL_SEED = 7
SEED = int(os.environ.get("ANONLEDGER_PLACES_SEED", USUAL_SEED))


@dataclass(slots=True)
class Scene:
    """A place with its people and files in a tree."""

    place: Place
    cast: Cast
    sources: list[Source] = field(default_factory=list)


def scenes(seed: int, places: Iterable[Place]) -> list[Scene]:
    """Fill the places with people and files."""
    town = Town(random.Random(seed))
    made = []
    for number, place in enumerate(places, 1):
        cast = Cast(town, number)
        made.append(Scene(place, cast, [replace(s, path=_full(number, s.path)) for s in place.plant(cast)]))
    return made


def _full(number: int, path: str | bytes) -> str | bytes:
    """Return a path below the tree; one that begins with "/" is so already."""
    if isinstance(path, bytes):
        return b"p%03d/" % number + path
    return path[1:] if path.startswith("/") else f"p{number:03}/{path}"


def build(scenes_: Iterable[Scene], tree: Path) -> None:
    """Write the files of the places below a tree."""
    for scene in scenes_:
        for source in scene.sources:
            target = tree / os.fsdecode(source.path)
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.make is None:
                target.write_bytes(source.data)
            else:
                source.make(target)


def perform(work: Path, name: str, options: Iterable[object]) -> Output:
    """Run the program on a tree, in a project of its own."""
    project = work / f"project-{name}"
    project.mkdir()
    log = project / "log.txt"
    environment = {**os.environ, "ANONLEDGER_SALT": SALT}
    command = [sys.executable, "-m", "anonledger", "run", str(work / name), "--project", str(project), "-vv"]
    done = subprocess.run(
        [*command, "--log-file", str(log), *map(str, options)],
        env=environment,
        capture_output=True,
        check=False,
        cwd=work,
        timeout=600,
    )
    assert done.returncode in (0, 3, 4), (done.returncode, done.stdout[-3000:], done.stderr[-3000:])
    said = done.stdout + done.stderr + log.read_bytes()
    return Output(project / "anonymized", project / "private", said, work / name).read()


def judge(scenes_: list[Scene], output: Output) -> dict[str, Finding]:
    """Return the finding for each place, by its title."""
    found = {
        scene.place.title: [judged(s, output, scene.cast.people) for s in scene.sources] for scene in scenes_
    }
    titles = {who: scene.place.title for scene in scenes_ for who in scene.cast.people}
    for who, where in strangers(output, list(titles)):
        found[titles[who]].append(Finding(Verdict.LEAK, where))
    return {title: worst(findings) for title, findings in found.items()}


def whole(work: Path, seed: int = SEED, places: Sequence[Place] = catalogue.PLACES) -> dict[str, Finding]:
    """Do it all in an empty folder; return the finding for each place."""
    every = scenes(seed, places)
    results = []
    for name, options, chosen in (
        ("main", (), [s for s in every if s.place.group != catalogue.HOSTILE]),
        ("hostile", (), [s for s in every if s.place.group == catalogue.HOSTILE]),
        ("mirror", ("--layout", "mirror"), [s for s in every if s.place.mirror]),
    ):
        if not chosen:
            continue
        build(chosen, work / name)
        results.append(judge(chosen, perform(work, name, [*options, *extras(work, chosen)])))
    titles = [place.title for place in places]
    return {title: worst([r[title] for r in results if title in r]) for title in titles}


def extras(work: Path, chosen: Iterable[Scene]) -> list[object]:
    """Return the options that name the table and the further terms of the places."""
    rows = [row for scene in chosen for row in scene.cast.rows]
    terms = [term for scene in chosen for term in scene.cast.terms]
    options: list[object] = []
    if rows:
        table = work / "patients.csv"
        table.write_text(
            "\n".join(["name,birth_date,patient_id", *(",".join(row) for row in rows)]), encoding="utf-8"
        )
        options += ["-d", table]
    if terms:
        (work / "terms.txt").write_text("\n".join(terms), encoding="utf-8")
        options += ["--identifiers", work / "terms.txt"]
    return options


def accepted(place: Place) -> frozenset[Verdict]:
    """Return the verdicts that a place may get."""
    good = {Verdict.CLEAN, Verdict.DROPPED}
    return frozenset(good | {Verdict.HELD} if place.may_hold else good)


def people(scenes_: Iterable[Scene]) -> list[Person]:
    """Return everybody."""
    return [who for scene in scenes_ for who in scene.cast.people]
