"""What a person is told before any run, and that nothing is written for it."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests import factories
from tests.factories import Patient
from tests.program import anonledger, contents
from tests.subjects.files import ods

ULTRASOUND = "1.2.840.10008.5.1.4.1.1.6.1"
JANE = Patient("Zweifelhofer^Jane", "P-104477", "19700102", "F", images=1)
OMAR = Patient("Qasimov^Omar", "P-220815", "19810506", "M", images=1)
IRIS = Patient("Castor^Iris", "P-330042", "19900909", "F", images=1)
TABLE = [
    ["name", "MRN", "geboren", "Sex", "maiden_name", "note"],
    ["Jane Zweifelhofer", "P-104477", "01/02/1970", "F", "Huber", ""],
    ["Omar Qasimow", "UNKNOWN", "05/06/1981", "M", "", ""],
    ["", "P-999999", "x", "", "", ""],
    ["Ana Lima", "P-5", "", "F", "", ""],
    ["Lima Ana", "P-5", "", "F", "", ""],
]


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Lay out three patients, one of them nameless too, an ultrasound image, a broken file and a table."""
    factories.study(tmp_path / "dicom" / "a", JANE, OMAR, IRIS)
    (tmp_path / "dicom" / "nobody.dcm").write_bytes(factories.instance("ANONYMOUS", "0000", "", ""))
    (tmp_path / "dicom" / "us.dcm").write_bytes(
        factories.instance("Zweifelhofer^Jana", "P-104477", number=7, SOPClassUID=ULTRASOUND, Modality="US")
    )
    (tmp_path / "dicom" / "cut.dcm").write_bytes(factories.instance(number=9)[:-5])
    factories.table(tmp_path / "t.csv", TABLE, ";", "cp1252")
    return tmp_path


def told(folder: Path, *arguments: str) -> dict[str, dict[str, list[str]]]:
    """Return value and note of each line, by what it is about."""
    done = anonledger("inspect", *arguments, "--format", "csv", cwd=folder, salt=None)
    found: dict[str, dict[str, list[str]]] = {}
    for about, what, value, note in list(csv.reader(io.StringIO(done.stdout)))[1:]:
        found.setdefault(about, {})[what] = [value, note]
    return found


def test_a_table(study: Path) -> None:
    found = told(study, "t.csv")
    assert {what: value for what, (value, _) in found["table"].items()} == {
        "format": "text",
        "encoding": "utf-8",
        "delimiter": "semicolon",
        "rows": "5",
        "columns": "6",
        "people": "4",
    }
    assert found["columns"] == {
        "name": ["name", "holds the pseudonym"],
        "MRN": ["patient ID", "holds the pseudonym"],
        "geboren": ["birth date, order open", "kept, cleaned"],
        "Sex": ["sex", "kept, cleaned"],
        "maiden_name": ["further identifier", "left out: it is called like a name"],
        "note": ["data", "kept, cleaned"],
    }
    assert {what: value for what, (value, _) in found["trouble with the table"].items()} == {
        "rows without a name": "1",
        "names in several rows, not all with a birth date": "1",
        "people with several rows": "1",
        "birth dates that can be read in two ways": "2",
        "rows without a birth date": "3",
        "IDs that stand for nobody": "1",
    }


def test_what_may_be_trouble_in_a_table(tmp_path: Path) -> None:
    lines = [
        ["name", "dob", "sex", "id_scanner", "code", "age", "volume"],
        ["Jane Zweifelhofer", "14/03/1970", "1", "7", "ZWF-104477", "40", "0.123456"],
        ["Omar Qasimow", "25641", "2", "7", "QAS-220815", "41", "0.234567"],
        ["Ana Lima", "n/a", "F", "8", "LIM-330042", "42", "0.345678"],
        ["Iris Castor", "02/28/1980", "-", "8", "CAS-330043", "43", "0.456789"],
    ]
    factories.table(tmp_path / "t.csv", lines)
    found = told(tmp_path, "t.csv", "--date-order", "mdy")["trouble with the table"]
    assert {what: value for what, (value, _) in found.items()} == {
        "birth dates that contradict the order mdy": "1",
        "birth dates that are numbers of a spreadsheet": "1",
        "rows without a birth date": "1",
        "cells in the column of the sex that are not understood": "2",
        "column 4 sounds like a name, an ID or an address": "1",
        "column 5 is different in every row, as names and IDs are": "1",
    }


def test_options_change_how_a_table_is_taken(study: Path) -> None:
    given = ["--date-order", "dmy", "--drop-column", "note", "--keep-column", "maiden_name"]
    found = told(study, "t.csv", *given, "--id-column", "note", "--sex-column", "maiden_name")
    assert found["columns"]["geboren"] == ["birth date, dmy", "kept, cleaned"]
    assert found["columns"]["note"] == ["patient ID", "left out: as the settings say"]
    assert found["columns"]["maiden_name"] == ["sex", "kept, cleaned: as the settings say"]
    refused = anonledger("inspect", "t.csv", "--birthdate-column", "dob", cwd=study, status=2)
    assert "Its columns are: name, MRN, geboren, Sex, maiden_name and 1 more." in refused.stderr
    both = anonledger(
        "inspect", "t.csv", "--drop-column", "note", "--keep-column", "note", cwd=study, status=2
    )
    assert "Decide for one" in both.stderr


def test_sources_and_what_is_wrong_with_them(study: Path) -> None:
    found = told(study, "dicom")
    assert {what: value for what, (value, _) in found["sources"].items()} == {
        "files": "6",
        "DICOM instances": "5",
        "patients": "4",
    }
    assert found["trouble with the sources"] == {
        "may show text in its pixels": ["1", "held back"],
        "ends in the middle of an element": ["1", "held back"],
        "patient IDs with several names": ["1", "look at them with --names"],
        "neither a name nor a patient ID that identifies anybody": ["1", "told apart by study"],
        "a folder with the files of several patients": ["1", "listed by a run in private/doubts.csv"],
    }
    assert "patients" not in found


def test_likely_links_of_a_table_and_sources(study: Path) -> None:
    found = told(study, "t.csv", "dicom", "-j", "1")
    ends = {what: int(value) for what, (value, _) in found["likely links"].items()}
    assert ends["patients accepted"] in {1, 2}, "one is one letter off"
    assert sum(ends.values()) - ends["rows without a patient"] == 4
    assert ends["rows without a patient"] == 5 - ends["patients accepted"]
    assert "pairs" not in found
    pairs = told(study, "dicom", "-d", "t.csv", "--names")["pairs"]
    jane = next(said for who, said in pairs.items() if "Zweifelhofer^Jane" in who)
    assert jane[0] == "accepted"
    assert "row 1: Jane Zweifelhofer, P-104477, 01/02/1970, F; " in jane[1]


def test_names_are_told_on_request_only(study: Path) -> None:
    for form in ("table", "csv", "json"):
        said = anonledger("inspect", "dicom", "t.csv", "--format", form, cwd=study)
        shown = (said.stdout + said.stderr).lower()
        assert not any(word in shown for word in ("zweifel", "qasimo", "lima", "huber", "104477", "1970"))
    assert "Qasimov^Omar" in anonledger("inspect", "dicom", "--names", cwd=study).stdout


def test_nothing_is_written(study: Path) -> None:
    before = contents(study)
    anonledger("inspect", "dicom", "t.csv", "--names", cwd=study, salt=None)
    assert contents(study) == before
    assert sorted(path.name for path in study.iterdir()) == ["dicom", "t.csv"]


def test_it_reads_well_as_json_and_in_a_terminal(study: Path) -> None:
    (study / "t.ods").write_bytes(ods({"people": TABLE[:3], "notes": [["x"]]}))
    refused = anonledger("inspect", "t.ods", cwd=study, status=2)
    assert "Those with content are, of 2: 1, 2." in refused.stderr
    (first, *_) = json.loads(
        anonledger("inspect", "t.ods", "--sheet", "people", "--format", "json", cwd=study).stdout
    )
    assert first == {"about": "table", "what": "format", "value": "ods", "note": ""}
    lines = anonledger("inspect", "t.ods", "--sheet", "people", cwd=study).stdout.splitlines()
    assert lines[:2] == ["Table", "  format   ods"]


def test_a_first_row_that_is_no_header_is_not_shown(tmp_path: Path) -> None:
    factories.table(tmp_path / "t.csv", [["Rossi Anna", "19700102"], ["Berg Ida", "19800101"]])
    found = told(tmp_path, "t.csv", "--name-column", "Rossi Anna")
    assert list(found["columns"]) == ["column 1", "column 2"]
    assert "the first row" in found["trouble with the table"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "nothing to look at"),
        (["t.csv", "-d", "u.csv"], "2 tables were named"),
        (["nowhere"], "Source number 1 does not exist"),
        (["none.csv"], "table cannot be read"),
        (["t.csv", "--dist-threshold", "0.1"], "Add --matcher distance, or leave it out"),
    ],
)
def test_what_cannot_be_looked_at_is_refused(study: Path, arguments: list[str], sentence: str) -> None:
    assert sentence in anonledger("inspect", *arguments, cwd=study, status=2).stderr
