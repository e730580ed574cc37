"""Somebody who is forgotten is in no kept export any more, and all others are there as before."""

import csv
import io
from pathlib import Path

import pytest

from anonledger.deid.verify import verify_text
from anonledger.engine.auditing import audit
from anonledger.engine.progress import Silent
from anonledger.engine.project import project_at
from anonledger.engine.recipes import recipes
from anonledger.engine.redacting import redact
from anonledger.errors import AnonledgerError
from anonledger.ledger.clerk import Clerk
from anonledger.outcomes import Export
from tests import factories
from tests.engine.conftest import Runner
from tests.engine.test_as_of import HEAD, JANE, JANES, OMAR, OMARS, RUTH, had, told
from tests.program import holds, pseudonyms

TABLES = [name for name in Export if " " not in name]


def rows(content: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode()), delimiter=delimiter))


def forgotten(root: Path, pseudonym: str) -> int:
    """Take a subject out of the kept exports; the ledger still knows who that is."""
    with Clerk(root / ".anonledger" / "ledger.sqlite3") as clerk:
        recipe = next(one for one in recipes(clerk.ledger, None).values() if one.pseudonym == pseudonym)
        run = clerk.ledger.runs(1)[0].id
        return redact(clerk, run, project_at(root), [pseudonym], lambda text: not verify_text(text, recipe))


def test_the_rows_of_one_go_out_of_every_month_and_all_others_stay(tmp_path: Path, go: Runner) -> None:
    factories.study(tmp_path / "dicom", JANE, OMAR)
    cut = tmp_path / "dicom" / "Zweifelhofer Jane"
    cut.mkdir()
    for folder in (cut, tmp_path / "dicom"):
        (folder / "cut.dcm").write_bytes(factories.instance()[: 500 + len(folder.name)])
    remarks = [[*JANES[:4], "weighs 61", "n"], [*OMARS[:4], "husband of Jane Zweifelhofer", "s"]]
    go(table=factories.table(tmp_path / "t.csv", [HEAD, *remarks], delimiter=";"))
    factories.study(tmp_path / "dicom" / "more", RUTH)
    go()
    go()
    names = pseudonyms(tmp_path)
    jane, omar = names[JANE.name], names[OMAR.name]
    before = {(name, run): had(tmp_path, name, run) for name in TABLES for run in (1, 2)}
    lists = {name: had(tmp_path, name, 1) for name in ("manifest",)}
    assert forgotten(tmp_path, jane) > 5
    assert holds(tmp_path / ".anonledger" / "exports", "zweifelhofer", "104477") == []
    for (name, run), content in before.items():
        after, done = told(tmp_path, name, run)
        delimiter = {"demographics": ";", "participants": "\t"}.get(name, ",")
        left = [row for row in rows(content, delimiter) if jane not in row and "Zweif" not in row[0]]
        assert rows(after, delimiter) == left
        assert ("not the bytes of then" in "".join(done.notes)) == (after != content)
    assert had(tmp_path, "quarantine", 1).count(b"\n") == 2
    assert f"{omar};1981-05-06;41;m;husband of {jane}".encode() in had(tmp_path, "demographics", 1)
    assert f"{omar}\t1981".encode() in had(tmp_path, "participants", 1)
    assert audit(tmp_path, None, "", False, Silent()).findings == ()
    assert forgotten(tmp_path, jane) == 0
    # The lists are told by the rows of the ledger, which a withdrawal erases itself.
    content, done = told(tmp_path, "manifest", 1)
    assert content == lists["manifest"] and "forgotten since" in done.notes[0]


def test_what_cannot_be_told_apart_is_erased_and_said(tmp_path: Path, go: Runner) -> None:
    factories.study(tmp_path / "dicom", JANE, OMAR)
    go()
    lost = tmp_path / ".anonledger" / "exports"
    with Clerk(tmp_path / ".anonledger" / "ledger.sqlite3") as clerk:
        one = clerk.ledger.kept_as_of(Export.MAPPING, 1)
    assert one is not None
    (lost / one.digest[:2] / one.digest[2:]).unlink()
    forgotten(tmp_path, pseudonyms(tmp_path)[JANE.name])
    with pytest.raises(AnonledgerError, match=r"run 1 forgot.* It is gone"):
        had(tmp_path, "mapping", 1)
    assert audit(tmp_path, None, "", False, Silent()).findings == ()
