"""Show all that is known of a file, a digest, a subject or a run.

Owns: what is shown is found in a fixed order: a pseudonym, a run, a digest, a file.
"""

import hashlib
import re
from pathlib import Path

from anonledger.engine.project import project_at
from anonledger.engine.status import refuse_without_project
from anonledger.errors import UsageError
from anonledger.ledger.facts import Facts
from anonledger.ledger.history import History
from anonledger.records import Told, escaped

DIGEST = re.compile(r"[0-9a-f]{6,64}")


def show(root: Path, what: str) -> list[Told]:
    """Return all that is known of one thing. Raises UsageError for what the ledger does not know."""
    project = project_at(root)
    refuse_without_project(project)
    with History(project.ledger) as history, Facts(project.ledger) as facts:
        subject = history.subject(what)
        if subject is not None:
            return list(facts.of_subject(subject))
        if what.isdecimal() and len(what) < 10 and (run := list(facts.of_run(int(what)))):
            return run
        if DIGEST.fullmatch(what) and (found := _of_digest(facts, what)):
            return found
        return _of_file(facts, what)


def _of_digest(facts: Facts, begins: str) -> list[Told]:
    found = sorted(facts.digests(begins))
    if len({digest for _, digest in found}) > 1:
        raise UsageError("More than one digest begins so. Give more of its digits.")
    told: list[Told] = []
    for kind, digest in found:
        match kind:
            case "content":
                told += facts.of_content(digest)
            case "object":
                told += facts.of_object(digest)
            case _:
                told += facts.of_other(kind, digest)
    return list(dict.fromkeys(told))


def _of_file(facts: Facts, what: str) -> list[Told]:
    """Return what is known of a file: by its place, shared or among the sources, else by its bytes."""
    path = Path(what).absolute()
    roots, trees = facts.folders()
    for tree in trees:
        if path.is_relative_to(tree):
            made_of = facts.content_shared(tree, path.relative_to(tree).as_posix())
            if made_of is not None:
                return list(facts.of_content(made_of))
    for root in roots:
        if escaped(str(path)).startswith(f"{root.rstrip('/')}/"):
            below = escaped(str(path))[len(root.rstrip("/")) + 1 :].replace("\\\\", "/")
            content = facts.content_at(root, below)
            if content:
                return list(facts.of_content(content))
    return _of_bytes(facts, path)


def _of_bytes(facts: Facts, path: Path) -> list[Told]:
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise UsageError(
            "The ledger knows no subject, run, digest or file that is called so. Give a pseudonym, a number "
            "of `anonledger log`, at least six digits of a digest, or the path of a file."
        ) from error
    found = _of_digest(facts, digest)
    if not found:
        raise UsageError("The ledger does not know this file: neither its place nor its bytes.")
    return found
