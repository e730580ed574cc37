"""The tables of what was corrected on who is who: likenesses, merges and splits, and who is forgotten.

Owns: nothing here names anybody; of those who are forgotten only salted marks are kept.
"""

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, Integer, Table, Text

from anonledger.ledger.columns import Word, refers, required
from anonledger.ledger.models.runs import metadata
from anonledger.outcomes import Correction, LinkStatus, MarkKind

# Whether a patient is one of those who were imported with a pseudonym; candidates are subject ids.
likeness = Table(
    "likeness",
    metadata,
    Column("id", Integer, primary_key=True),
    refers("subject_id", "subject.id"),
    required("status", Word(LinkStatus)),
    required("score", Float),
    required("candidates", JSON),
    required("reasons", JSON),
    refers("run_id", "run.id"),
    Index(None, "subject_id"),
)

# A person's decision; what it moved are the assignments of its run.
correction = Table(
    "correction",
    metadata,
    Column("id", Integer, primary_key=True),
    required("kind", Word(Correction)),
    refers("subject_id", "subject.id"),
    refers("other_id", "subject.id"),
    Column("undoes_id", ForeignKey("correction.id")),
    refers("run_id", "run.id"),
)

# Who is forgotten. Open until all that was known of them is gone from the disk.
withdrawal = Table(
    "withdrawal",
    metadata,
    Column("id", Integer, primary_key=True),
    refers("subject_id", "subject.id"),
    refers("run_id", "run.id"),
    Column("finished_run_id", ForeignKey("run.id")),
    Index("uq_withdrawal_subject_id", "subject_id", unique=True),
)

mark = Table(
    "mark",
    metadata,
    Column("id", Integer, primary_key=True),
    refers("subject_id", "subject.id"),
    required("kind", Word(MarkKind)),
    required("digest", Text),
    refers("run_id", "run.id"),
    Index("uq_mark", "subject_id", "kind", "digest", unique=True),
)
