"""What was tampered with stays told after an honest transaction that changes or removes the same rows."""

from pathlib import Path

import pytest
from sqlalchemy import Executable, delete, insert, text, update

from anonledger.ledger.audit import Audit
from anonledger.ledger.clerk import Clerk
from anonledger.ledger.models import demographic, fact, placement, source
from anonledger.outcomes import Flaw, Misfit
from tests.ledger.lives import by_hand, lived
from tests.ledger.makers import begun, other

REMOVED = update(placement).values(removed_run_id=2)


def covered(path: Path) -> list[tuple[Misfit | Flaw, str]]:
    """Return all that an audit finds: what is wrong, and where."""
    with Audit(path) as audit:
        return [(one.problem, one.where) for one in [*audit.unfit_seals(), *audit.unfit_rows()]]


def honestly(path: Path, *changes: Executable, erasing: bool = False) -> None:
    """Change rows as the program does."""
    with Clerk(path) as clerk, clerk._writing(erasing=erasing) as connection:
        for change in changes:
            connection.execute(change)


@pytest.mark.parametrize("change", [REMOVED, delete(placement)])
@pytest.mark.parametrize("erasing", [False, True])
def test_a_row_changed_by_hand_stays_named_after_the_program_changed_it(
    path: Path, change: Executable, erasing: bool
) -> None:
    lived(path)
    by_hand(path, "UPDATE placement SET size = 77 WHERE id = 1")
    honestly(path, change, erasing=erasing)
    told = (Misfit.COVERED, "placement: 1 row was not as sealed (1)")
    assert covered(path) == [told]
    honestly(path, update(source).values(mtime_ns=5))
    assert covered(path) == [told]


def test_a_row_added_by_hand_stays_named_and_its_words_do_not(path: Path) -> None:
    lived(path)
    by_hand(path, "INSERT INTO fact VALUES ('by', 'hand', 1)")
    honestly(path, update(fact).where(fact.c.name == "by").values(value="x"))
    assert covered(path) == [(Misfit.COVERED, "fact: 1 row was not as sealed")]


def test_honest_changes_are_no_misfits(path: Path) -> None:
    lived(path)
    honestly(path, REMOVED, update(demographic).values(cells=["x"]), REMOVED)
    honestly(path, update(source).values(mtime_ns=5), update(source).values(mtime_ns=6), delete(placement))
    honestly(path, insert(fact).values(name="n", value="1", run_id=1), update(fact).values(value="2"))
    honestly(path, update(fact).values(value="3"), erasing=True)
    honestly(path, update(fact).values(value="4"))
    with pytest.raises(ZeroDivisionError), Clerk(path) as clerk, clerk._writing() as connection:
        connection.execute(text("UPDATE fact SET value = '5'"))
        _ = 1 / 0
    honestly(path, update(fact).values(value="6"))
    assert covered(path) == []


def test_one_row_among_many_is_found(path: Path) -> None:
    with Clerk(path) as clerk:
        run = begun(clerk)
        clerk.examined(run, [other(f"{n}.nii", f"d{n}") for n in range(12_000)])
    by_hand(path, "UPDATE source SET mtime_ns = 1 WHERE id IN (7, 11000)")
    honestly(path, update(source).where(source.c.id % 2 == 1).values(mtime_ns=5))
    honestly(path, update(source).values(mtime_ns=6))
    assert covered(path) == [
        (Misfit.COVERED, "source: 1 row was not as sealed (7)"),
        (Misfit.COVERED, "source: 1 row was not as sealed (11000)"),
    ]
