"""Make the ledger that is kept for the schema of this version: ``python -m tests.ledger.keeping``.

Owns: what every kept ledger holds: one run, one patient, one file, one row of a table.
"""

import shutil
import tempfile
from pathlib import Path

from anonledger.ledger.clerk import Clerk
from anonledger.ledger.schema import SCHEMA_HEAD
from anonledger.outcomes import LinkMethod, LinkStatus, RunStatus
from anonledger.records import Link, Placement
from tests.ledger.makers import ADA, NOON, TABLE, begun, instance, job, published

LEDGERS = Path(__file__).parent / "ledgers"


def keep(folder: Path) -> Path:
    """Write the ledger into a folder and return where it lies."""
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / "ledger.sqlite3"
        with Clerk(made) as clerk:
            run = begun(clerk)
            clerk.examined(run, [instance("a.dcm", "d1")])
            (one,) = clerk.add_subjects(run, [("subj_A", "a" * 64)])
            clerk.assign(run, [(ADA, one.id)])
            clerk.keep_table(run, TABLE)
            link = Link(one.id, LinkStatus.ACCEPTED, LinkMethod.EXACT, 1.0, (1,), (1,), ("same name",))
            clerk.link(run, TABLE.digest, [(one.id, link)])
            published(clerk, run, job("d1", subject=one.id))
            clerk.placed(run, "/made/up/out", [Placement("subj_A/x.dcm", "d1", "object-job-d1-s1", 90)], [])
            clerk.finish(run, finished=NOON, status=RunStatus.DONE, exit_code=0, counts={})
        target = folder / f"{SCHEMA_HEAD}.sqlite3"
        shutil.copy(made, target)
    return target


if __name__ == "__main__":
    keep(LEDGERS)
