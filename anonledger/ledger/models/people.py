"""The tables of who is who: subjects, their evidence, demographics tables, and links between them.

Owns: what the program learns about people stands here and nowhere else.
"""

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, Integer, Table, Text

from anonledger.ledger.columns import Spelled, Word, refers, required
from anonledger.ledger.models.runs import metadata
from anonledger.outcomes import DateOrder, LinkMethod, LinkStatus, Origin, Ruling

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
    required("identifier_columns", JSON, server_default="[]"),
    required("date_order", Word(DateOrder), server_default="auto"),
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

# What the user wants gone from every file, beside what the files and the table say of people.
term = Table(
    "term",
    metadata,
    Column("id", Integer, primary_key=True),
    required("value", Spelled),
    refers("run_id", "run.id"),
    Index("uq_term_value", "value", unique=True),
)

# What a person decided on a patient and a row; the row is known by who it is about, not by its number.
ruling = Table(
    "ruling",
    metadata,
    Column("id", Integer, primary_key=True),
    refers("subject_id", "subject.id"),
    required("verdict", Word(Ruling)),
    required("name", Spelled),
    required("birth_date", Spelled),
    required("patient_id", Spelled),
    required("rows", Integer),
    # The chain of events keeps a digest of the row; without this secret nobody can guess what it is of.
    required("secret", Text),
    refers("run_id", "run.id"),
)
