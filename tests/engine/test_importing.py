"""Pseudonyms that another program gave are given again, to who has them for certain; nobody is guessed."""

from pathlib import Path

import pytest

from anonledger.engine.importing import import_ledger, import_table
from anonledger.engine.project import project_at
from anonledger.engine.review import cases, decide
from anonledger.errors import CollisionError, UsageError
from anonledger.outcomes import ExitCode, IdScheme, Ruling
from anonledger.settings import Settings
from tests.engine.conftest import Runner
from tests.factories import Patient, study, table
from tests.program import images, pseudonyms

OLD = [
    ["id", "name"],
    ["subj_a4ae796c", "rajae chatila"],
    ["subj_11112222", "bertil quistgaard"],
    ["subj_33334444", "ottoline zweifel"],
]
RAJAE, BERTIL = Patient("Chatila^Rajaé", "A-104477", "19700102"), Patient("Quistgard^Bertil", "B-220", "")
NEW = Patient("Harrowgate^Nadia", "C-300", "19900405")


def old(project: Path, *lines: list[str]) -> Path:
    return table(project / "old" / "idtoname.csv", [*OLD, *lines], delimiter=";")


def take(project: Path, path: Path) -> int:
    return import_table(project, path, Settings()).new


def test_same_and_similar_names_get_the_pseudonym_that_was_imported(tmp_path: Path, go: Runner) -> None:
    assert take(tmp_path, old(tmp_path)) == 3
    study(tmp_path / "dicom", RAJAE, BERTIL, NEW)
    outcome = go()
    assert outcome.exit_code is ExitCode.DONE
    found = pseudonyms(tmp_path)
    assert found["Chatila^Rajaé"] == "subj_a4ae796c"
    assert found["Quistgard^Bertil"] == "subj_11112222"
    assert len(found["Harrowgate^Nadia"]) == len("subj_") + 12
    assert outcome.report.subjects_new == 1
    again = go()
    assert again.released is not None
    assert again.released.nothing


def test_an_import_is_known_the_second_time(tmp_path: Path, go: Runner) -> None:
    take(tmp_path, old(tmp_path))
    taken = import_table(tmp_path, old(tmp_path), Settings())
    assert (taken.new, taken.known) == (0, 3)


def test_a_doubtful_patient_waits_with_a_pseudonym_of_its_own(tmp_path: Path, go: Runner) -> None:
    take(tmp_path, old(tmp_path, ["subj_55556666", "chatila rajae"]))
    study(tmp_path / "dicom", RAJAE)
    outcome = go(ids=IdScheme.CSG)
    assert outcome.exit_code is ExitCode.REVIEW
    (case,) = cases(tmp_path, everything=False)
    assert {one.pseudonym for one in case.candidates} == {"subj_a4ae796c", "subj_55556666"}
    assert len(case.pseudonym) == len("subj_") + 12
    decide(tmp_path, Ruling.ACCEPT, case.pseudonym, "subj_a4ae796c")
    assert cases(tmp_path, everything=False) == []
    assert go().exit_code is ExitCode.DONE
    assert {path.split("/")[0] for path in images(tmp_path / "anonymized")} == {"subj_a4ae796c"}
    assert pseudonyms(tmp_path)["Chatila^Rajaé"] == "subj_a4ae796c"


@pytest.mark.parametrize("ruling", [Ruling.REJECT, Ruling.NONE])
def test_another_person_keeps_the_own_pseudonym(tmp_path: Path, go: Runner, ruling: Ruling) -> None:
    take(tmp_path, old(tmp_path, ["subj_55556666", "chatila rajae"]))
    study(tmp_path / "dicom", RAJAE)
    go()
    (case,) = cases(tmp_path, everything=False)
    for candidate in case.candidates if ruling is Ruling.REJECT else case.candidates[:1]:
        decide(tmp_path, ruling, case.pseudonym, candidate.pseudonym if ruling is Ruling.REJECT else None)
    assert cases(tmp_path, everything=False) == []
    assert go().exit_code is ExitCode.DONE
    assert {path.split("/")[0] for path in images(tmp_path / "anonymized")} == {case.pseudonym}
    decide(tmp_path, Ruling.UNDO, case.pseudonym)
    assert len(cases(tmp_path, everything=False)) == 1


def test_who_has_a_pseudonym_already_keeps_it_and_is_for_review(tmp_path: Path, go: Runner) -> None:
    study(tmp_path / "dicom", RAJAE)
    go()
    before = images(tmp_path / "anonymized")
    assert import_table(tmp_path, old(tmp_path), Settings()).review == 1
    assert go().exit_code is ExitCode.REVIEW
    assert images(tmp_path / "anonymized") == before
    (case,) = cases(tmp_path, everything=False)
    decide(tmp_path, Ruling.ACCEPT, case.pseudonym)
    go()
    assert {path.split("/")[0] for path in images(tmp_path / "anonymized")} == {"subj_a4ae796c"}


def test_birth_dates_and_ids_of_the_table_count(tmp_path: Path, go: Runner) -> None:
    lines = [
        ["name", "birth date", "patient id", "pseudonym"],
        ["Rajae Chatila", "1970-01-02", "A-104477", "p1"],
        ["Rajae Chatila", "1981-03-04", "Z-9", "p2"],
    ]
    take(tmp_path, table(tmp_path / "t.tsv", lines, delimiter="\t"))
    study(tmp_path / "dicom", RAJAE)
    assert go().exit_code is ExitCode.DONE
    assert pseudonyms(tmp_path)["Chatila^Rajaé"] == "p1"


def test_our_own_mapping_can_be_imported(tmp_path: Path, go: Runner) -> None:
    study(tmp_path / "dicom", RAJAE, NEW)
    go()
    before = pseudonyms(tmp_path)
    other = tmp_path / "other"
    import_table(other, tmp_path / "private" / "mapping.csv", Settings())
    study(other / "dicom", RAJAE, NEW)
    go_there(other, tmp_path / "salt")
    assert {name: pseudonyms(other)[name] for name in before} == before


def go_there(project: Path, salt: Path, **settings: object) -> None:
    """Run another project over its folder "dicom" with another salt."""
    from dataclasses import replace

    from anonledger.engine.progress import Silent
    from anonledger.engine.request import Request
    from anonledger.engine.run import run

    made = replace(Settings(), **settings)  # type: ignore[arg-type]
    run(Request(project_at(project), (project / "dicom",), None, made, salt_file=salt), Silent())


def test_further_spellings_of_csg_are_learnt(tmp_path: Path, go: Runner) -> None:
    path = old(tmp_path)
    names = [["name", "path"], ["ottoline zweifl", "one"], ["rajae chatila", "two"], ["nobody knows", "x"]]
    spelled = table(path.with_name("dicom_names.csv"), names, delimiter=";")
    import_table(tmp_path, spelled, Settings())
    study(tmp_path / "dicom", RAJAE)
    go()
    assert pseudonyms(tmp_path)["ottoline zweifl"] == "subj_33334444"
    path.unlink()
    with pytest.raises(UsageError, match=r"idtoname\.csv"):
        import_table(tmp_path, spelled, Settings())


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([["name", "weight"], ["Rajae Chatila", "3"]], "no column that is called like a pseudonym"),
        ([["name", "pseudonym"], ["Rajae Chatila", "a/b"]], "Row 1 .* cannot be a folder"),
        ([["name", "pseudonym"], ["Rajae Chatila", "chatila_1"]], "Row 1 .* holds the name"),
        ([["name", "pseudonym"], ["", "p1"]], "nothing to import"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(tmp_path: Path, lines: list[list[str]], said: str) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        import_table(tmp_path, table(tmp_path / "t.csv", lines), Settings())
    assert "Rajae" not in str(refused.value)
    assert not (tmp_path / ".anonledger" / "ledger.sqlite3").exists()


def test_a_pseudonym_of_somebody_else_is_refused(tmp_path: Path, go: Runner) -> None:
    take(tmp_path, old(tmp_path))
    lines = [["id", "name"], ["subj_a4ae796c", "gwendolyn umbridge"]]
    with pytest.raises(CollisionError, match="subj_a4ae796c, stand for somebody else"):
        import_table(tmp_path, table(tmp_path / "t.csv", lines), Settings())


def test_csg_goes_on_with_its_ids_and_refuses_what_would_collide(tmp_path: Path, go: Runner) -> None:
    (tmp_path / "salt").write_text("Hospital7\n")
    study(tmp_path / "dicom", Patient("Doe^John^Paul", "D-1", "19700101"))
    go(ids=IdScheme.CSG)
    assert pseudonyms(tmp_path)["Doe^John^Paul"] == "subj_df898c21"
    study(tmp_path / "more", Patient("Pauljohn^Ode", "D-2", "19800101"))
    with pytest.raises(CollisionError, match="--ids hash"):
        go("more", ids=IdScheme.CSG)
    go("more")
    assert len(set(pseudonyms(tmp_path).values())) == 2


def test_two_sites_with_one_salt_give_the_same_pseudonyms_and_are_joined(tmp_path: Path, go: Runner) -> None:
    study(tmp_path / "dicom", RAJAE, NEW)
    go()
    other = tmp_path / "other"
    study(other / "dicom", RAJAE, BERTIL)
    go_there(other, tmp_path / "salt")
    assert pseudonyms(other)["Chatila^Rajaé"] == pseudonyms(tmp_path)["Chatila^Rajaé"]
    taken = import_ledger(tmp_path, other / ".anonledger" / "ledger.sqlite3", Settings())
    assert (taken.new, taken.known, taken.review, taken.clashes) == (1, 1, 0, ())
    assert not taken.other_salt
    study(tmp_path / "later", BERTIL)
    go("later")
    assert pseudonyms(tmp_path)["Quistgard^Bertil"] == pseudonyms(other)["Quistgard^Bertil"]


def test_conflicts_with_another_ledger_go_to_review(tmp_path: Path, go: Runner) -> None:
    study(tmp_path / "dicom", RAJAE)
    go(ids=IdScheme.SEQUENTIAL)
    other = tmp_path / "other"
    study(other / "dicom", BERTIL, NEW)
    (tmp_path / "salt2").write_text("another salt that somebody made up")
    go_there(other, tmp_path / "salt2", ids=IdScheme.SEQUENTIAL)
    taken = import_ledger(tmp_path, other / ".anonledger" / "ledger.sqlite3", Settings())
    assert (taken.new, taken.clashes, taken.other_salt) == (1, ("subj_0001",), True)
    third = tmp_path / "third"
    study(third / "dicom", RAJAE)
    go_there(third, tmp_path / "salt2")
    assert import_ledger(tmp_path, third / ".anonledger" / "ledger.sqlite3", Settings()).review == 1
    (case,) = cases(tmp_path, everything=False)
    assert case.pseudonym == "subj_0001"


@pytest.mark.parametrize("text", ["", "no ledger"])
def test_what_is_no_ledger_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.sqlite3").write_text(text)
    with pytest.raises(UsageError, match="no ledger"):
        import_ledger(tmp_path, tmp_path / "x.sqlite3", Settings())
