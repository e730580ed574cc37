"""Remember which page of a run lies in the private folder.

Owns: a page is left alone only if it is to the byte what was written, and nothing changed since.
"""

import json
from hashlib import sha256

from anonledger.disk import telling
from anonledger.engine.project import REPORT, Project
from anonledger.tree import digest_of, write_file

NOTE = "report.json"


def note_page(project: Project, run: int, content: bytes) -> None:
    """Note that this is the page of a run. Raises StoreError."""
    note = json.dumps([run, sha256(content).hexdigest()]).encode()
    write_file(project.state, NOTE, note, private=True)


def is_reported(project: Project, since: int | None) -> bool:
    """Tell whether the page tells of a run since which nothing changed, None if something did now."""
    note = project.state / NOTE
    with telling(project.state):
        if since is None or not note.is_file():
            return False
        run, digest = json.loads(note.read_bytes())
    return bool(run >= since) and digest_of(project.private, REPORT, private=True) == digest
