"""Remember which page of a run lies in the private folder.

Owns: a page is left alone only if it is to the byte what was written, and nothing changed since.
"""

import json
from hashlib import sha256

from anonledger.engine.project import REPORT, Project
from anonledger.errors import AnonledgerError
from anonledger.ledger.queries import Ledger
from anonledger.records import RunSummary
from anonledger.tree import digest_of, write_file

NOTE = "report.json"


def note_page(project: Project, run: RunSummary, content: bytes) -> None:
    """Note that this is the page of a run. Raises StoreError."""
    note = json.dumps([run.id, run.started.isoformat(), sha256(content).hexdigest()]).encode()
    write_file(project.state, NOTE, note, private=True)


def is_reported(project: Project, since: int | None) -> bool:
    """Tell whether the page tells of a run since which nothing changed, None if something did now.

    The ledger has to know that run: one that was put back may count its runs anew.
    """
    if since is None:
        return False
    try:
        note = project.state / NOTE
        number, started, digest = json.loads(note.read_bytes() if note.is_file() else b"")
        with Ledger(project.ledger) as ledger:
            run = ledger.run(int(number))
        known = run is not None and run.id >= since and run.started.isoformat() == started
        return known and digest_of(project.private, REPORT, private=True) == digest
    except (OSError, ValueError, TypeError, AnonledgerError):  # a page can always be made again
        return False
