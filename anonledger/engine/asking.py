"""Answer questions in SQL, by name or in the user's own words.

Owns: the ledger has its newest shape before it is asked, and nothing else is written.
"""

from pathlib import Path

from anonledger.engine.project import project_at
from anonledger.engine.status import open_for_reading
from anonledger.errors import UsageError
from anonledger.ledger import asking
from anonledger.records import Answer


def ask(root: Path, name: str, sql: str) -> Answer:
    """Return an answer: to a question by name, to one in SQL, or, without both, what can be asked.

    Raises UsageError for a question that is unknown, would write, or is given in both ways.
    """
    if name and sql:
        raise UsageError("Ask either by name or with --sql, not both.")
    project = project_at(root)
    open_for_reading(project).close()
    if name:
        return asking.by_name(project.ledger, name)
    if sql:
        return asking.by_sql(project.ledger, sql)
    known = asking.questions(project.ledger)
    rows = tuple((one.name, one.about, ", ".join(one.columns)) for one in known)
    return Answer(("name", "about", "columns"), rows)
