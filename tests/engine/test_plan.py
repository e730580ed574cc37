"""What is planned for what the ledger says of a source."""

from pathlib import Path

import pytest

from anonledger.engine.plan import Basis, make_plan
from anonledger.engine.policy import policy_of
from anonledger.engine.strangers import Strangers
from anonledger.errors import LedgerError
from anonledger.ledger.clerk import Clerk
from anonledger.records import Recipe
from anonledger.settings import Settings
from tests.ledger.makers import RULES, begun, instance


def test_an_instance_of_nobody_is_never_carried_as_it_is(tmp_path: Path) -> None:
    with Clerk(tmp_path / "ledger.sqlite3") as clerk:
        run = begun(clerk)
        clerk.examined(run, [instance("a.dcm", "d1")])
        with pytest.raises(LedgerError):
            make_plan(
                clerk.ledger,
                run,
                Basis(RULES, Strangers({}, {}), Recipe("", "everybody"), (), policy_of(Settings(), ())),
            )
