"""The tables of the ledger; a row is added and stays, but for the stat cache (source) and what closes a row.

Owns: the shape that the migrations build up to, and every row names its run.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    literal_column,
)

from anonledger.ledger.columns import Moment, Spelled, Word, refers, required
from anonledger.outcomes import (
    Disposition,
    DropReason,
    LinkMethod,
    LinkStatus,
    Origin,
    QuarantineReason,
    Reason,
    RunStatus,
)

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"}
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    required("started", Moment),
    Column("finished", Moment),
    required("status", Word(RunStatus)),
    Column("exit_code", Integer),
    required("command", Spelled),
    required("version", Text),
    required("profile", Text),
    required("rules_digest", Text),
    required("output_root", Spelled),
    required("counts", JSON),
    required("settings", JSON),
    # The table that this run linked with. No foreign key: the table names its first run in turn.
    Column("table_digest", Text),
)

fact = Table(
    "fact",
    metadata,
    Column("name", Text, primary_key=True),
    required("value", Text),
    refers("run_id", "run.id"),
)

subject = Table(
    "subject",
    metadata,
    Column("id", Integer, primary_key=True),
    required("pseudonym", Text),
    required("key_hash", Text),
    required("date_shift", Integer),
    refers("run_id", "run.id"),
    Index("uq_subject_pseudonym", "pseudonym", unique=True),
)

identity = Table(
    "identity",
    metadata,
    Column("id", Integer, primary_key=True),
    required("evidence_digest", Text),
    required("issuer", Spelled),
    required("patient_id", Spelled),
    required("name", Spelled),
    required("birth_date", Spelled),
    required("sex", Spelled),
    required("other_names", JSON),
    required("other_ids", JSON),
    required("scope", Spelled),
    required("normalized", Spelled),
    required("origin", Word(Origin)),
    refers("run_id", "run.id"),
    Index("uq_identity_evidence_digest", "evidence_digest", unique=True),
)

assignment = Table(
    "assignment",
    metadata,
    Column("id", Integer, primary_key=True),
    refers("identity_id", "identity.id"),
    refers("subject_id", "subject.id"),
    required("method", Word(Origin)),
    refers("run_id", "run.id"),
    Index(None, "identity_id"),
)

demographic_table = Table(
    "demographic_table",
    metadata,
    Column("digest", Text, primary_key=True),
    required("name", Spelled),
    required("encoding", Text),
    required("delimiter", Text),
    required("columns", JSON),
    required("name_columns", JSON),
    Column("birth_date_column", Integer),
    Column("sex_column", Integer),
    Column("id_column", Integer),
    refers("run_id", "run.id"),
)

demographic = Table(
    "demographic",
    metadata,
    Column("table_digest", ForeignKey("demographic_table.digest"), primary_key=True),
    Column("row_number", Integer, primary_key=True),
    required("cells", JSON),
    refers("run_id", "run.id"),
)

link = Table(
    "link",
    metadata,
    Column("id", Integer, primary_key=True),
    refers("subject_id", "subject.id"),
    refers("table_digest", "demographic_table.digest"),
    required("rows", JSON),
    required("status", Word(LinkStatus)),
    required("method", Word(LinkMethod)),
    required("score", Float),
    required("candidates", JSON),
    required("reasons", JSON),
    refers("run_id", "run.id"),
    Index(None, "table_digest", "subject_id"),
)

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

instance = Table(
    "instance",
    metadata,
    Column("digest", Text, primary_key=True),
    required("sop_class", Spelled),
    required("sop_instance", Spelled),
    required("study", Spelled),
    required("series", Spelled),
    refers("identity_id", "identity.id"),
    refers("run_id", "run.id"),
    Index(None, "identity_id"),
)

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

event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    required("time", Moment),
    refers("run_id", "run.id"),
    required("kind", Text),
    refers("subject_id", "subject.id", optional=True),
    required("detail", Text),
    required("previous", Text),
    required("digest", Text),
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
