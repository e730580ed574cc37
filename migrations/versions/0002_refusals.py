"""What cannot be checked, words of instances, further terms, and what people decided on files and people.

Owns: the step from 0001 to 0002; it imports nothing of the application.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the ledger one step up."""
    create_vocabulary()
    create_term()
    create_decision()
    create_ruling()
    create_seal()
    create_corrections()
    create_withdrawals()
    create_export()
    for column in (
        "instance ADD COLUMN vocabulary_id INTEGER REFERENCES vocabulary (id)",
        "instance ADD COLUMN risk TEXT",
        "instance ADD COLUMN risk_where TEXT",
        "quarantine ADD COLUMN left_out INTEGER DEFAULT '0' NOT NULL",
        "demographic_table ADD COLUMN identifier_columns JSON DEFAULT '[]' NOT NULL",
        "demographic_table ADD COLUMN date_order TEXT DEFAULT 'auto' NOT NULL",
    ):
        op.execute(f"ALTER TABLE {column}")
    for column in ("object_digest", "subject_id"):
        op.create_index(f"ix_output_{column}", "output", [column])
    # No words and no risks are on record yet: the next run looks at these files again.
    op.execute(
        "UPDATE source SET mtime_ns = -1 "
        "WHERE disposition IN ('instance', 'archive') OR drop_reason = 'DICOMDIR'"
    )
    create_views()


def downgrade() -> None:
    """Refuse: a ledger is never taken back; its backup is."""
    raise NotImplementedError("put the backup of the ledger in its place")


def by_run() -> sa.Column[int]:
    """Return the column that names the run which added a row."""
    return sa.Column("run_id", sa.Integer, sa.ForeignKey("run.id"), nullable=False)


def of_subject(name: str) -> sa.Column[int]:
    """Return a column that names a subject."""
    return sa.Column(name, sa.Integer, sa.ForeignKey("subject.id"), nullable=False)


def create_vocabulary() -> None:
    op.create_table(
        "vocabulary",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("words", sa.JSON, nullable=False),
        by_run(),
        sa.PrimaryKeyConstraint("id", name="pk_vocabulary"),
    )
    op.create_index("uq_vocabulary_digest", "vocabulary", ["digest"], unique=True)


def create_term() -> None:
    op.create_table(
        "term",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        by_run(),
        sa.PrimaryKeyConstraint("id", name="pk_term"),
    )
    op.create_index("uq_term_value", "term", ["value"], unique=True)


def create_decision() -> None:
    texts = ("source_digest", "root", "path", "member", "reason", "where_", "verdict", "why", "secret")
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("quarantine_id", sa.Integer, sa.ForeignKey("quarantine.id"), nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in texts),
        by_run(),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
    )
    op.create_index("ix_decision_source_digest", "decision", ["source_digest"])


def create_ruling() -> None:
    op.create_table(
        "ruling",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("subject_id", sa.Integer, sa.ForeignKey("subject.id"), nullable=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("verdict", "name", "birth_date", "patient_id", "secret")
        ),
        sa.Column("rows", sa.Integer, nullable=False),
        by_run(),
        sa.PrimaryKeyConstraint("id", name="pk_ruling"),
    )


def create_seal() -> None:
    op.create_table(
        "seal",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("run_id", sa.Integer, sa.ForeignKey("run.id")),
        sa.Column("table_name", sa.Text, nullable=False),
        sa.Column("columns", sa.JSON, nullable=False),
        sa.Column("row_keys", sa.LargeBinary, nullable=False),
        sa.Column("row_digests", sa.LargeBinary, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("content", "previous", "digest")),
        sa.PrimaryKeyConstraint("id", name="pk_seal"),
    )
    op.create_index("ix_seal_table_name", "seal", ["table_name"])


def create_export() -> None:
    op.create_table(
        "export",
        sa.Column("id", sa.Integer, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("name", "delimiter", "digest")),
        sa.Column("size", sa.BigInteger, nullable=False),
        by_run(),
        sa.Column("redacted_run_id", sa.Integer, sa.ForeignKey("run.id")),
        sa.PrimaryKeyConstraint("id", name="pk_export"),
    )
    op.create_index("ix_export_name", "export", ["name"])


def create_views() -> None:
    """Create the questions that the ledger answers by name; a later migration drops them before it alters."""
    views = Path(__file__).with_name("0002_views.sql").read_text("utf-8")
    for statement in views.split(";\n"):
        if statement.strip():
            op.get_bind().exec_driver_sql(statement.strip())


def create_corrections() -> None:
    op.create_table(
        "likeness",
        sa.Column("id", sa.Integer, nullable=False),
        of_subject("subject_id"),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("candidates", sa.JSON, nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        by_run(),
        sa.PrimaryKeyConstraint("id", name="pk_likeness"),
    )
    op.create_index("ix_likeness_subject_id", "likeness", ["subject_id"])
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        of_subject("subject_id"),
        of_subject("other_id"),
        sa.Column("undoes_id", sa.Integer, sa.ForeignKey("correction.id")),
        by_run(),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
    )


def create_withdrawals() -> None:
    op.create_table(
        "withdrawal",
        sa.Column("id", sa.Integer, nullable=False),
        of_subject("subject_id"),
        by_run(),
        sa.Column("finished_run_id", sa.Integer, sa.ForeignKey("run.id")),
        sa.PrimaryKeyConstraint("id", name="pk_withdrawal"),
    )
    op.create_index("uq_withdrawal_subject_id", "withdrawal", ["subject_id"], unique=True)
    op.create_table(
        "mark",
        sa.Column("id", sa.Integer, nullable=False),
        of_subject("subject_id"),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        by_run(),
        sa.PrimaryKeyConstraint("id", name="pk_mark"),
    )
    op.create_index("uq_mark", "mark", ["subject_id", "kind", "digest"], unique=True)
