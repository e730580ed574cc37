"""No import brings back who withdrew consent, and a withdrawal goes with the ledger that is imported."""

from pathlib import Path

import pytest

from anonledger.engine.forgetting import forget
from anonledger.engine.importing import import_ledger, import_table
from anonledger.engine.progress import Silent
from anonledger.engine.project import project_at
from anonledger.engine.request import Request
from anonledger.engine.run import run
from anonledger.errors import UsageError
from anonledger.outcomes import QuarantineReason
from anonledger.settings import Settings
from tests.engine.conftest import Runner
from tests.factories import Patient, study, table
from tests.program import holds, pseudonyms

ANNA, BERT = Patient("Rossellini^Anna", "A-10447791"), Patient("Lindqvist^Bert", "B-220815", "19810506")
TRACES = ("rossellini", "10447791")


def another(root: Path, salt: str, *patients: Patient) -> Path:
    """Return another project that has run over these patients."""
    root.mkdir()
    (root / "salt").write_text(salt)
    study(root / "dicom", *patients)
    run(Request(project_at(root), (root / "dicom",), None, Settings(), salt_file=root / "salt"), Silent())
    return root


def kept(project: Path) -> list[str]:
    return [w for place in (".anonledger", "private") for w in holds(project / place, *TRACES)]


def test_a_mapping_brings_nobody_back_and_the_others_come(tmp_path: Path, go: Runner) -> None:
    study(tmp_path / "dicom", ANNA)
    go()
    anna, salt = pseudonyms(tmp_path)[ANNA.name], tmp_path / "salt"
    forget(tmp_path, anna, salt)
    lines = [
        ["pseudonym", "name", "birth date", "patient id"],
        [anna, "Anna Rossellini", "1970-01-02", "A-10447791"],
        ["subj_other", "Rossellini Anna Pia", "1970-01-02", ""],
        ["subj_77", "Bert Lindqvist", "1981-05-06", "B-220815"],
    ]
    mapping = table(tmp_path / "old" / "mapping.csv", lines)
    with pytest.raises(UsageError, match="with the salt only"):
        import_table(tmp_path, mapping, Settings())
    taken = import_table(tmp_path, mapping, Settings(), salt_file=salt)
    assert (taken.new, taken.withdrawn) == (1, 2)
    assert kept(tmp_path) == []


@pytest.mark.parametrize("salt", ["a made-up salt for the tests of the engine", "quite another made-up salt"])
def test_a_ledger_brings_nobody_back(tmp_path: Path, go: Runner, salt: str) -> None:
    study(tmp_path / "dicom", ANNA)
    go()
    forget(tmp_path, pseudonyms(tmp_path)[ANNA.name], tmp_path / "salt")
    other = another(tmp_path / "other", salt, ANNA, BERT)
    ledger = other / ".anonledger" / "ledger.sqlite3"
    taken = import_ledger(tmp_path, ledger, Settings(), tmp_path / "salt")
    assert (taken.new, taken.withdrawn, taken.clashes) == (1, 1, ())
    assert kept(tmp_path) == []


def test_a_withdrawal_is_carried_over(tmp_path: Path, go: Runner) -> None:
    other = another(tmp_path / "other", (tmp_path / "salt").read_text(), ANNA, BERT)
    anna = pseudonyms(other)[ANNA.name]
    forget(other, anna, other / "salt")
    ledger = other / ".anonledger" / "ledger.sqlite3"
    taken = import_ledger(tmp_path, ledger, Settings(), tmp_path / "salt")
    assert (taken.new, taken.carried, taken.to_forget) == (1, 1, ())
    assert import_ledger(tmp_path, ledger, Settings(), tmp_path / "salt").carried == 0
    study(tmp_path / "dicom", ANNA)
    assert go().report.quarantined == {QuarantineReason.WITHDRAWN: 2}
    assert kept(tmp_path) == []


def test_who_withdrew_there_and_is_known_here_is_told(tmp_path: Path, go: Runner) -> None:
    study(tmp_path / "dicom", ANNA)
    go()
    anna = pseudonyms(tmp_path)[ANNA.name]
    other = another(tmp_path / "other", (tmp_path / "salt").read_text(), ANNA)
    forget(other, anna, other / "salt")
    ledger = other / ".anonledger" / "ledger.sqlite3"
    taken = import_ledger(tmp_path, ledger, Settings(), tmp_path / "salt")
    assert (taken.carried, taken.to_forget) == (0, (anna,))
