"""An upgrade is told in the chain, seals everything, and forgets nothing that did not fit before."""

import shutil
from pathlib import Path

import pytest

from anonledger.ledger.audit import Audit
from anonledger.ledger.clerk import Clerk
from anonledger.outcomes import Misfit
from tests.ledger.lives import asked, by_hand, lived
from tests.ledger.test_audit import unfit
from tests.ledger.test_schema import KEPT, _pretend_a_further_migration


def test_an_older_ledger_is_sealed_by_its_upgrade(path: Path) -> None:
    path.parent.mkdir()
    shutil.copy(KEPT[0], path)
    assert unfit(path) == set()
    by_hand(path, "UPDATE identity SET sex = 'M'")
    assert unfit(path) == {("identity", "1", Misfit.CHANGED)}


@pytest.mark.parametrize("tampered", [False, True])
def test_what_did_not_fit_before_is_told_after(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tampered: bool
) -> None:
    lived(path)
    if tampered:
        by_hand(path, "UPDATE subject SET date_shift = 3 WHERE id = 1")
    _pretend_a_further_migration(tmp_path, monkeypatch, "op.add_column('fact', sa.Column('x', sa.Text))")
    Clerk(path).close()
    last = "SELECT id FROM event ORDER BY id DESC LIMIT 1"
    (number,) = asked(path, lambda raw: [str(row[0]) for row in raw.execute(last)])
    assert unfit(path) == ({("event", number, Misfit.UPGRADED)} if tampered else set())
    with Audit(path) as audit:
        assert [one.where for one in audit.unfit_seals()] == (
            ["0002 to 9000, 1 seals and rows did not fit"] if tampered else []
        )
