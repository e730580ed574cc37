"""An answer that is kept is the one that a ledger gives when it is asked for the first time."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sqlalchemy import delete

from anonledger.ledger.clerk import Clerk
from anonledger.ledger.models import assignment, identity, instance
from anonledger.ledger.queries import Ledger
from tests.ledger import makers
from tests.ledger.makers import ADA, BOB, begun, job, published, trouble


def told(ledger: Ledger) -> tuple[object, ...]:
    """Return every answer that is kept."""
    seen = [ledger.sources_seen(run.id) for run in ledger.runs()]
    return ledger.identities(), seen, ledger.of_several(), ledger.quarantined(), ledger.gone_and_replaced()


def lived(clerk: Clerk) -> Iterator[None]:
    """Write one thing after another."""
    run = begun(clerk)
    clerk.examined(run, [makers.instance("a/1", "d1"), makers.instance("a/2", "d2", BOB), trouble("c", "d3")])
    yield
    one, two = clerk.add_subjects(run, [("subj_A", "a" * 64), ("subj_B", "b" * 64)])
    clerk.assign(run, [(ADA, one.id)])
    yield
    with suppress(RuntimeError), clerk.together():
        clerk.assign(run, [(BOB, two.id)])
        assert [known.subject for known in clerk.ledger.identities()] == [one.id, two.id]
        raise RuntimeError
    yield
    with clerk.undone():
        clerk.assign(run, [(BOB, two.id)])
        assert len(clerk.ledger.identities()) == 2
    yield
    published(clerk, run, job("d1", subject=one.id))
    yield
    clerk.seen(begun(clerk), [1])
    yield
    with clerk._writing(erasing=True) as connection:
        for rows in (assignment, instance, identity):
            connection.execute(delete(rows))
    yield


def test_an_answer_is_never_an_old_one(clerk: Clerk, path: Path) -> None:
    answers = []
    for _ in lived(clerk):
        with Ledger(path) as fresh:
            assert told(clerk.ledger) == told(clerk.ledger) == told(fresh)
            answers.append(told(fresh))
    assert len(set(map(repr, answers))) == 4, "what is written counts"
