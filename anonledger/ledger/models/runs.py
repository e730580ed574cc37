"""The tables of runs, and of what is kept beside them.

Owns: the metadata that every table of the ledger belongs to.
"""

from sqlalchemy import JSON, Column, Integer, MetaData, Table, Text

from anonledger.ledger.columns import Moment, Spelled, Word, refers, required
from anonledger.outcomes import RunStatus

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
