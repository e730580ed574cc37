"""The demo, run as a newcomer runs it.

Owns: what it shows is true of the files that it leaves.
"""

import csv
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from anonledger.folding import fold

PATIENTS = 7


def anonledger(*arguments: str, folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "anonledger", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"} | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("newcomer")


@pytest.fixture(scope="module")
def done(place: Path) -> "subprocess.CompletedProcess[str]":
    return anonledger("demo", folder=place)


@pytest.fixture(scope="module")
def study(place: Path, done: "subprocess.CompletedProcess[str]") -> Path:
    assert done.returncode == 0, done.stderr
    return place / "anonledger-demo"


def rows(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines(), delimiter=delimiter))


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def name_parts(study: Path) -> set[str]:
    """Return every word of a name and every ID, of the images and of the table, with accents and without."""
    named = {row[c] for row in rows(study / "private/mapping.csv") for c in ("patient_name", "patient_id")}
    named |= {row["name"] for row in rows(study / "demographics.csv", ";")}
    words = {word for name in named for word in re.findall(r"\w+", name)}
    return words | set(map(fold, words))


def forms(word: str) -> Iterator[bytes]:
    for encoding in ("utf-8", "latin-1", "iso8859-2", "utf-16-le", "utf-16-be"):
        for spelled in (word.lower(), word.upper(), word.title()):
            with suppress(UnicodeEncodeError):
                yield spelled.encode(encoding).lower()


def test_every_patient_has_one_folder_and_the_mapping_lists_them_all(study: Path) -> None:
    folders = {path.name for path in (study / "anonymized").glob("subj_*")}
    mapping = rows(study / "private/mapping.csv")
    assert len(folders) == PATIENTS
    assert {row["pseudonym"] for row in mapping} == folders
    assert len({(row["patient_name"], row["birth_date"]) for row in mapping}) == PATIENTS


def test_nothing_that_can_be_shared_holds_a_part_of_a_name(study: Path) -> None:
    shared = files(study / "anonymized")
    words = name_parts(study)
    assert {"Halvorsen", "Dvořáková", "dvorakova", "Casttelanos", "castellanos", "HX204417"} <= words
    wanted = {form for word in words for form in forms(word)}
    found = {
        (path, form)
        for path, content in shared.items()
        for form in wanted
        if form in content.lower() or form in path.lower().encode()
    }
    assert not found


def test_the_name_stood_in_every_instance_that_was_built(study: Path) -> None:
    images = list((study / "dicom/Halvorsen_Ingrid").iterdir())
    assert len(images) == 3
    assert all(path.read_bytes().count(b"Halvorsen") >= 4 for path in images)


def test_the_table_holds_those_with_images_and_says_who_is_missing(study: Path) -> None:
    shared = rows(study / "anonymized/demographics.csv", ";")
    assert len(shared) == PATIENTS - 1
    assert all(row["name"].startswith("subj_") for row in shared)
    assert "report_path" not in shared[0]
    assert "subj_" in shared[0]["comment"]
    [missing] = rows(study / "private/missing.csv")
    assert missing["patient_name"] == "Okonkwo^Chidi"
    assert rows(study / "anonymized/missing.csv") == [{"pseudonym": missing["pseudonym"]}]


def test_namesakes_are_told_apart_by_their_birth_dates(study: Path) -> None:
    shared = {row["name"]: row["birth_date"] for row in rows(study / "anonymized/demographics.csv", ";")}
    mapping = rows(study / "private/mapping.csv")
    namesakes = {r["birth_date"]: r["pseudonym"] for r in mapping if r["patient_name"] == "Lindqvist^Erik"}
    assert shared[namesakes["19580211"]] == "11.02.1958"
    assert shared[namesakes["19840930"]] == "30.09.1984"


def test_the_broken_file_alone_is_held_back(study: Path) -> None:
    [held] = rows(study / "private/quarantine.csv")
    assert held["path"].endswith("Castellanos_Beatriz/broken.dcm")


def test_what_is_printed_tells_of_both_runs(done: "subprocess.CompletedProcess[str]") -> None:
    assert "Instances: 12 published." in done.stdout
    assert "Nothing to do: the dataset is up to date." in done.stdout
    assert "exit status 3" in done.stdout
    assert "Castellanos_Beatriz/broken.dcm  ends in the middle of an element" in done.stdout
    assert done.stderr == ""


def test_the_command_that_it_shows_finds_nothing_left_to_do(
    study: Path, done: "subprocess.CompletedProcess[str]"
) -> None:
    shown = next(line for line in done.stdout.splitlines() if line.startswith("$ anonledger run"))
    before = files(study / "anonymized")
    again = anonledger(*shown.split()[2:], folder=study)
    assert again.returncode == 3, again.stderr
    assert "Nothing to do" in again.stdout
    assert files(study / "anonymized") == before


def test_a_folder_that_is_not_empty_is_refused(place: Path, study: Path) -> None:
    before = files(study)
    refused = anonledger("demo", folder=place)
    assert refused.returncode == 2
    assert "is not empty" in refused.stderr
    assert refused.stdout == ""
    assert files(study) == before


def test_it_is_the_same_everywhere_also_where_letters_cannot_be_shown(
    place: Path, study: Path, done: "subprocess.CompletedProcess[str]"
) -> None:
    elsewhere = place / "some" / "where"
    other = anonledger("demo", str(elsewhere), folder=place, PYTHONIOENCODING="ascii")
    assert other.returncode == 0, other.stderr
    assert files(elsewhere / "anonymized") == files(study / "anonymized")
    assert files(elsewhere / "dicom") == files(study / "dicom")
    here = done.stdout.replace(str(study), "HERE").replace("anonledger-demo", "HERE")
    there = other.stdout.replace(str(elsewhere), "HERE")
    words = [line.split() for line in here.encode("ascii", "replace").decode().splitlines()]
    assert [line.split() for line in there.splitlines()] == words
