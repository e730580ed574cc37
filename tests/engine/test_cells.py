"""Nobody of the dataset is named in a cell of somebody else's row, however the name got there."""

import base64
from pathlib import Path

import pytest

from anonledger.engine.cells import Cells
from anonledger.records import Recipe
from tests import factories
from tests.engine.conftest import Runner
from tests.factories import Patient
from tests.program import holds, pseudonyms, rows

ANNA, JOERG, WU, TAN = "subj_ANNA", "subj_JOERG", "subj_WU", "subj_TAN"
PEOPLE = {
    1: Recipe(ANNA, "1", ("Zebra^Anna",), ("A-10010",)),
    2: Recipe(JOERG, "2", ("Müller^Jörg",), ("HX110022",)),
    3: Recipe(WU, "3", ("Wu^E",), ("W-70707",)),
    4: Recipe(TAN, "4", ("Tan^A^I",), ("T-80808",)),
}
CODED = base64.b64encode("Müller Jörg".encode()).decode()


@pytest.fixture(scope="module")
def cells() -> Cells:
    return Cells(PEOPLE, [Recipe("XXXX", "5", ("Łaska^Ångström",), ())])


@pytest.mark.parametrize(
    ("cell", "left"),
    [
        ("husband JÃ¶rg MÃ¼ller", f"husband {JOERG}"),
        ("J?rg M?ller", JOERG),
        ("seen by M\ufffdller, J\ufffdrg", f"seen by {JOERG}"),
        ("M&uuml;ller J&ouml;rg", JOERG),
        ("M%C3%BCller%20J%C3%B6rg", JOERG),
        ("M u l l e r J o r g", JOERG),
        ("Wu E", WU),
        ("WU^E", WU),
        ("seen with E. Wu today", f"seen with {WU} today"),
        ("Wu,E", WU),
        ("with Tan A I and Wu E", f"with {TAN} and {WU}"),
        ("Å ngstroem", "Å ngstroem"),
        ("Angstrom, Laska", "XXXX"),
        ("Å\u0081aska Ã\u0085ngstrÃ¶m", "XXXX"),
    ],
)
def test_a_full_name_in_any_damaged_form_becomes_the_pseudonym(cells: Cells, cell: str, left: str) -> None:
    assert cells.cleaned(cell, ANNA) == left


@pytest.mark.parametrize(
    "cell",
    [
        CODED,
        f"key {CODED}",
        CODED.rstrip("="),
        "<b>M&uuml;ller</b> J&ouml;rg",
        "<p>M&uuml;<i>ller</i></p><p>Jörg</p>",
        "JÃƒÂ¶rg MÃƒÂ¼ller",
        "Müller Jörg".encode().hex(),
    ],
)
def test_a_cell_that_cannot_be_cleaned_is_emptied(cells: Cells, cell: str) -> None:
    assert cells.cleaned(cell, ANNA) == ""


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "45",
        "F",
        "why? <3 months & > 2",
        "IgE, Wu-Test",
        "Tan",
        "a tan I like",
        "Joerg",
        "Dr. Miller",
        "AbcdefghIjklmnopqrs0",
        "e wurde",
    ],
)
def test_what_names_nobody_stays(cells: Cells, cell: str) -> None:
    assert cells.cleaned(cell, ANNA) == cell


def test_damaged_names_of_patients_and_of_other_rows_leave_the_table_of_a_run(
    tmp_path: Path, go: Runner
) -> None:
    anna, joerg = Patient("Zebra^Anna", "A-10010"), Patient("Müller^Jörg", "HX110022", "19500203", "M")
    factories.study(tmp_path / "dicom", anna, joerg)
    table = factories.table(
        tmp_path / "t.csv",
        [
            ["name", "dob", "note", "key"],
            ["Anna Zebra", "1970-01-02", "husband JÃ¶rg MÃ¼ller, friend GrÃ¼newald Å\u0081ucja", CODED],
            ["Jörg Müller", "1950-02-03", "Gr?newald ?ucja", base64.b64encode(b"Grunewald Lucja").decode()],
            ["Łucja Grünewald", "1960-03-04", "", ""],
        ],
    )
    go(table=table)
    who = pseudonyms(tmp_path)
    assert [(row["note"], row["key"]) for row in rows(tmp_path / "anonymized" / "demographics.csv")] == [
        (f"husband {who[joerg.name]}, friend XXXX", ""),
        ("XXXX", ""),
    ]
    assert holds(tmp_path / "anonymized", "müller", "gr?newald", CODED) == []
