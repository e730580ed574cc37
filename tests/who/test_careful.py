"""Twelve people who are hard to tell: the program says what a careful person would have said."""

import json
import os
from pathlib import Path

import pytest

from tests.program import anonledger, contents, holds, images, pseudonyms, rows
from tests.who.study import (
    ACCEPTED,
    BIRTH_DATE,
    EVERY,
    MEMBERS,
    MISSING,
    NAME,
    REVIEW,
    ROWS,
    SEX,
    TELLING,
    WEIGHT,
    Member,
    scans,
    table,
)

WHO = {member.name: who for who, member in MEMBERS.items()}


def matches(project: Path) -> dict[str, dict[str, str]]:
    """Return the line of each patient in private/matches.csv."""
    return {WHO[line["patient_name"]]: line for line in rows(project / "private" / "matches.csv")}


def linked(project: Path) -> dict[str, int]:
    """Return the row that each patient was given."""
    return {who: int(line["row"]) for who, line in matches(project).items() if line["row"]}


def weights(project: Path) -> dict[str, str]:
    """Return what is shared of each patient's row."""
    names = {pseudonym: WHO[name] for name, pseudonym in pseudonyms(project).items()}
    return {names[row["name"]]: row["weight"] for row in rows(project / "anonymized" / "demographics.csv")}


def discreet(*said: str) -> bool:
    """Tell whether nobody is named."""
    return not any(word in text.lower() for text in said for word in TELLING)


def ran(project: Path, *options: object) -> str:
    """Run the job, expect that it names nobody, and return what it said."""
    done = anonledger("run", "dicom", *options, "-j", "2", "-v", cwd=project, status=None)
    assert done.returncode in (0, 4), done.stderr
    assert discreet(done.stdout, done.stderr)
    return done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Scan the twelve."""
    scans(tmp_path / "dicom")
    return tmp_path


@pytest.fixture
def studied(project: Path) -> Path:
    """Run the job with the table that has birth date and sex."""
    ran(project, "-d", table(project / "t.csv"))
    return project


def test_with_birth_date_and_sex_each_is_told_as_a_careful_person_would(project: Path) -> None:
    said = ran(project, "-d", table(project / "t.csv"))
    found = matches(project)
    assert {who: line["status"] for who, line in found.items()} == {
        who: member.verdict for who, member in MEMBERS.items()
    }
    assert linked(project) == {who: m.row for who, m in MEMBERS.items() if m.verdict == ACCEPTED}
    for who, member in MEMBERS.items():
        assert set(member.because) <= set(found[who]["reasons"].split("|")), who
        assert found[who]["candidates"].split("|")[0] == str(member.row or ""), who
    assert len(set(pseudonyms(project).values())) == len(MEMBERS)
    assert "Demographics of patients: 9 linked, 1 for review, 2 missing." in said
    assert "Demographics rows: 3 unused." in said
    assert rows(project / "private" / "doubts.csv") == []
    assert "1 patient whose row is not certain" in said and "`anonledger review`" in said
    assert f"2 patients without a row: {project / 'private' / 'missing.csv'}" in said


def test_only_what_is_certain_is_shared_and_it_names_nobody(studied: Path) -> None:
    assert weights(studied) == {
        who: ROWS[m.row - 1][WEIGHT] for who, m in MEMBERS.items() if m.verdict == ACCEPTED and m.row
    }
    assert len(images(studied / "anonymized")) == len(MEMBERS)
    assert holds(studied / "anonymized", *TELLING) == []
    waiting = {
        WHO[line["patient_name"]]: line["status"] for line in rows(studied / "private" / "missing.csv")
    }
    assert waiting == {who: m.verdict for who, m in MEMBERS.items() if m.verdict != ACCEPTED}
    shared = {line["pseudonym"] for line in rows(studied / "anonymized" / "missing.csv")}
    assert shared == {pseudonyms(studied)[MEMBERS[who].name] for who in waiting}
    anonledger("verify", cwd=studied)
    if os.name == "posix":
        private = [studied / "private", studied / ".anonledger"]
        assert {folder.stat().st_mode & 0o777 for folder in private} == {0o700}
        assert {file.stat().st_mode & 0o777 for file in private[0].iterdir()} == {0o600}


def test_patient_ids_settle_the_married_name_and_invent_nobody(project: Path) -> None:
    said = ran(project, "-d", table(project / "t.csv", EVERY))
    assert {who: line["status"] for who, line in matches(project).items()} == {
        who: member.by_id for who, member in MEMBERS.items()
    }
    assert linked(project) == {who: m.row for who, m in MEMBERS.items() if m.by_id == ACCEPTED}
    assert "Demographics of patients: 10 linked, 2 missing." in said
    assert holds(project / "anonymized", *TELLING) == []


def test_by_names_alone_nobody_is_given_the_row_of_another(project: Path) -> None:
    ran(project, "-d", table(project / "t.csv", (NAME, WEIGHT)))
    found = matches(project)
    assert all(row == MEMBERS[who].row for who, row in linked(project).items())
    assert {who: found[who]["status"] for who in ("homonym", "other homonym", "married", "absent")} == {
        "homonym": REVIEW,
        "other homonym": REVIEW,
        "married": REVIEW,
        "absent": MISSING,
    }
    assert set(found["homonym"]["candidates"].split("|")) == {"1", "2"}
    refused = anonledger("review", "accept", found["homonym"]["pseudonym"], "1", cwd=project, status=2)
    assert "Rows 1 and 2 bear one name, as do 2 patients" in refused.stderr
    assert discreet(refused.stdout, refused.stderr)
    assert found["sister"]["status"] != ACCEPTED
    assert {"swapped", "Vietnamese", "mojibake"} <= linked(project).keys()


@pytest.mark.parametrize("japanese", ["山田 太郎", "山田太郎", "Yamada Tarou", "ヤマダ タロウ"])
@pytest.mark.parametrize("arabic", ["محمد الحسن", "Mohammed Alhassan"])
def test_a_name_is_known_in_each_of_its_scripts(project: Path, japanese: str, arabic: str) -> None:
    ran(project, "-d", table(project / "t.csv", names={8: japanese, 9: arabic}))
    assert linked(project) == {who: m.row for who, m in MEMBERS.items() if m.verdict == ACCEPTED}


@pytest.mark.parametrize("who", ["other homonym", "other twin"])
def test_whose_own_row_is_not_there_is_not_given_that_of_the_other(project: Path, who: str) -> None:
    gone = MEMBERS[who].row
    assert gone is not None
    order = [at for at in range(len(ROWS)) if at != gone - 1]
    ran(project, "-d", table(project / "t.csv", order=order))
    assert who not in linked(project)
    ran(project, "-d", table(project / "names.csv", (NAME, WEIGHT), order=order))
    assert who not in linked(project)


def test_inspect_foretells_the_run_and_names_nobody(project: Path) -> None:
    file = table(project / "t.csv")
    before = contents(project)
    done = anonledger("inspect", "dicom", file, "--format", "json", cwd=project)
    told = {(f["about"], f["what"]): f["value"] for f in json.loads(done.stdout)}
    assert (told["table", "people"], told["sources", "patients"]) == ("12", "12")
    assert told["columns", "birth date"] == "birth date, dmy"
    ends = [told["likely links", f"patients {end}"] for end in (ACCEPTED, REVIEW, MISSING)]
    assert (ends, told["likely links", "rows without a patient"]) == (["9", "1", "2"], "3")
    assert told["trouble with the table", "names that several people bear"] == "1"
    for asked in ([file], ["dicom"], ["dicom", file]):
        done = anonledger("inspect", *asked, cwd=project)
        assert discreet(done.stdout, done.stderr)
    named = anonledger("inspect", "dicom", file, "--names", cwd=project).stdout
    assert all(member.name in named for member in MEMBERS.values())
    assert contents(project) == before


def waiting(project: Path) -> Member:
    """Return the only one who awaits a decision."""
    (case,) = json.loads(anonledger("review", "--format", "json", cwd=project).stdout)
    (name,) = case["patient_name"]
    return MEMBERS[WHO[name]]


def test_a_person_decides_and_the_decision_holds_until_it_is_taken_back(studied: Path) -> None:
    married = waiting(studied)
    who = pseudonyms(studied)[married.name]
    for form in ("table", "csv", "json"):
        listed = anonledger("review", "--format", form, cwd=studied).stdout
        assert all(text in listed for text in (who, married.name, "Sophie Garnier", "09.09.1975"))
        assert "a word of the name differs" in listed
    anonledger("review", "--accept", who, cwd=studied)
    assert "Nobody awaits a decision." in anonledger("review", cwd=studied).stderr
    ran(studied)
    assert weights(studied)["married"] == "56"
    order = [5, *range(11, 5, -1), *range(5)]
    ran(studied, "-d", table(studied / "t.csv", order=order))
    assert matches(studied)["married"]["reasons"] == "a person decided that this is the row"
    assert (linked(studied)["married"], weights(studied)["married"]) == (1, "56")
    assert len(linked(studied)) == 10
    anonledger("review", "--undo", who, cwd=studied)
    ran(studied)
    assert (waiting(studied), "married" in weights(studied)) == (married, False)
    anonledger("review", "--none", who, cwd=studied)
    ran(studied)
    assert matches(studied)["married"]["status"] == MISSING
    assert pseudonyms(studied)[married.name] == who


def test_a_list_is_filled_in_and_another_table_makes_it_void(studied: Path) -> None:
    file = studied / "private" / "todo.csv"
    anonledger("review", "export", file, cwd=studied)
    (line,) = rows(file)
    assert line["candidates"] == "6: Sophie Garnier, 09.09.1975, F"
    file.write_text(file.read_text("utf-8").rstrip("\n") + "6\n", "utf-8")
    assert "Recorded: 1 decision." in anonledger("review", "import", file, cwd=studied).stdout
    ran(studied)
    assert weights(studied)["married"] == "56"
    ran(studied, "-d", table(studied / "t.csv", (NAME, BIRTH_DATE, SEX, WEIGHT), order=range(11, -1, -1)))
    refused = anonledger("review", "import", file, cwd=studied, status=2)
    assert "other people or rows by now" in refused.stderr
    assert discreet(refused.stdout, refused.stderr)
