"""The tables of what became of sources: outputs, where they stand, and what is held back.

Owns: which rows are open, and which stand.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    literal_column,
)

from anonledger.ledger.columns import Spelled, Word, refers, required
from anonledger.ledger.models.runs import metadata
from anonledger.outcomes import Decision, QuarantineReason, Reason

output = Table(
    "output",
    metadata,
    Column("id", Integer, primary_key=True),
    required("source_digest", Text),
    required("job_digest", Text),
    required("object_digest", Text),
    required("size", BigInteger),
    required("study", Spelled),
    required("series", Spelled),
    required("instance", Spelled),
    refers("subject_id", "subject.id", optional=True),
    required("rules_digest", Text),
    required("subject_digest", Text),
    required("reason", Word(Reason)),
    refers("run_id", "run.id"),
    Index(None, "source_digest"),
    Index(None, "job_digest"),
    Index(None, "object_digest"),
    Index(None, "subject_id"),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True),
    required("source_digest", Text),
    required("root", Text),
    required("path", Text),
    required("member", Text),
    required("job_digest", Text),
    required("reason", Word(QuarantineReason)),
    required("where_", Spelled),
    refers("run_id", "run.id"),
    Column("resolved_run_id", ForeignKey("run.id")),
    # 1: held back as the settings want it, and not to be listed.
    required("left_out", Integer, server_default="0"),
)

# What a person decided on a content that is held back (on a place, where the content is unknown); the
# latest row of one content and reason counts.
decision = Table(
    "decision",
    metadata,
    Column("id", Integer, primary_key=True),
    refers("quarantine_id", "quarantine.id"),
    required("source_digest", Text),
    required("root", Text),
    required("path", Text),
    required("member", Text),
    required("reason", Word(QuarantineReason)),
    required("where_", Spelled),
    required("verdict", Word(Decision)),
    required("why", Spelled),
    # As in the table ruling.
    required("secret", Text),
    refers("run_id", "run.id"),
    Index(None, "source_digest"),
)

placement = Table(
    "placement",
    metadata,
    Column("id", Integer, primary_key=True),
    required("tree", Spelled),
    required("path", Spelled),
    required("source_digest", Text),
    required("object_digest", Text),
    required("size", BigInteger),
    refers("run_id", "run.id"),
    Column("removed_run_id", ForeignKey("run.id")),
)

# SQLite uses a partial index only where a query repeats its condition with the very same literal.
EMPTY: ColumnElement[str] = literal_column("''", Text)
open_by_content = (quarantine.c.resolved_run_id.is_(None), quarantine.c.source_digest != EMPTY)
open_by_location = (quarantine.c.resolved_run_id.is_(None), quarantine.c.source_digest == EMPTY)
standing = placement.c.removed_run_id.is_(None)

Index(
    "uq_quarantine_open_by_content",
    quarantine.c.source_digest,
    quarantine.c.job_digest,
    quarantine.c.reason,
    unique=True,
    sqlite_where=open_by_content[0] & open_by_content[1],
)
Index(
    "uq_quarantine_open_by_location",
    quarantine.c.root,
    quarantine.c.path,
    quarantine.c.member,
    quarantine.c.reason,
    unique=True,
    sqlite_where=open_by_location[0] & open_by_location[1],
)
Index("uq_placement_standing", placement.c.tree, placement.c.path, unique=True, sqlite_where=standing)
