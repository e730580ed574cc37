"""The tables of what lies in the sources.

Owns: ``source``, the stat cache, the one table whose rows follow what lies there.
"""

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, Table, Text

from anonledger.ledger.columns import Spelled, Word, refers, required
from anonledger.ledger.models.runs import metadata
from anonledger.outcomes import Disposition, DropReason, QuarantineReason

source = Table(
    "source",
    metadata,
    Column("id", Integer, primary_key=True),
    required("root", Text),
    required("path", Text),
    required("member", Text),
    # Root, path and members one by one, where the three columns above do not tell them exactly.
    Column("exact", JSON(none_as_null=True)),
    required("size", BigInteger),
    required("mtime_ns", BigInteger),
    required("digest", Text),
    required("previous_digest", Text),
    required("disposition", Word(Disposition)),
    Column("drop_reason", Word(DropReason)),
    Column("trouble", Word(QuarantineReason)),
    required("trouble_where", Spelled),
    refers("last_seen_run_id", "run.id"),
    refers("run_id", "run.id"),
    Index("uq_source_root_path_member", "root", "path", "member", unique=True),
    Index(None, "digest"),
)

# The folded words of an instance's texts; the instances of a series mostly share one set.
vocabulary = Table(
    "vocabulary",
    metadata,
    Column("id", Integer, primary_key=True),
    required("digest", Text),
    required("words", JSON),
    refers("run_id", "run.id"),
    Index("uq_vocabulary_digest", "digest", unique=True),
)

instance = Table(
    "instance",
    metadata,
    Column("digest", Text, primary_key=True),
    required("sop_class", Spelled),
    required("sop_instance", Spelled),
    required("study", Spelled),
    required("series", Spelled),
    refers("identity_id", "identity.id"),
    # NULL where the version that looked at these bytes gathered no words.
    refers("vocabulary_id", "vocabulary.id", optional=True),
    Column("risk", Word(QuarantineReason)),
    Column("risk_where", Text),
    refers("run_id", "run.id"),
    Index(None, "identity_id"),
)
