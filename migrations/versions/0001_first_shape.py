"""The first shape of the ledger.

Owns: the step from nothing to 0001; it imports nothing of the application.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the ledger one step up."""
    create_runs()
    create_people()
    create_demographics()
    create_sources()
    create_outputs()
    create_events()


def downgrade() -> None:
    """Refuse: a ledger is never taken back; its backup is."""
    raise NotImplementedError("put the backup of the ledger in its place")


def create(table: str, *columns: Any, key: tuple[str, ...] = ("id",)) -> None:
    """Create a table with its key, which is a number unless it is said."""
    own = (sa.Column("id", sa.Integer, nullable=False),) if key == ("id",) else ()
    op.create_table(table, *own, *columns, sa.PrimaryKeyConstraint(*key, name=f"pk_{table}"))


def needed(name: str, kind: Any = sa.Text) -> sa.Column[Any]:
    """Return a column that is never NULL."""
    return sa.Column(name, kind, nullable=False)


def texts(*names: str) -> list[sa.Column[Any]]:
    """Return columns of text that are never NULL."""
    return [needed(name) for name in names]


def refers(name: str, target: str, *, optional: bool = False, kind: Any = sa.Integer) -> sa.Column[Any]:
    """Return a column that holds a row's key in another table."""
    return sa.Column(name, kind, sa.ForeignKey(target), nullable=optional)


def by_run() -> sa.Column[Any]:
    """Return the column that names the run which added a row."""
    return refers("run_id", "run.id")


def create_runs() -> None:
    create(
        "run",
        needed("started", sa.DateTime),
        sa.Column("finished", sa.DateTime),
        needed("status"),
        sa.Column("exit_code", sa.Integer),
        *texts("command", "version", "profile", "rules_digest", "output_root"),
        needed("counts", sa.JSON),
        needed("settings", sa.JSON),
        sa.Column("table_digest", sa.Text),
    )
    create("fact", *texts("name", "value"), by_run(), key=("name",))


def create_people() -> None:
    create("subject", *texts("pseudonym", "key_hash"), needed("date_shift", sa.Integer), by_run())
    op.create_index("uq_subject_pseudonym", "subject", ["pseudonym"], unique=True)
    create(
        "identity",
        *texts("evidence_digest", "issuer", "patient_id", "name", "birth_date", "sex"),
        needed("other_names", sa.JSON),
        needed("other_ids", sa.JSON),
        *texts("scope", "normalized", "origin"),
        by_run(),
    )
    op.create_index("uq_identity_evidence_digest", "identity", ["evidence_digest"], unique=True)
    create(
        "assignment",
        refers("identity_id", "identity.id"),
        refers("subject_id", "subject.id"),
        needed("method"),
        by_run(),
    )
    op.create_index("ix_assignment_identity_id", "assignment", ["identity_id"])


def create_demographics() -> None:
    create(
        "demographic_table",
        *texts("digest", "name", "encoding", "delimiter"),
        needed("columns", sa.JSON),
        needed("name_columns", sa.JSON),
        sa.Column("birth_date_column", sa.Integer),
        sa.Column("sex_column", sa.Integer),
        sa.Column("id_column", sa.Integer),
        by_run(),
        key=("digest",),
    )
    create(
        "demographic",
        refers("table_digest", "demographic_table.digest", kind=sa.Text),
        needed("row_number", sa.Integer),
        needed("cells", sa.JSON),
        by_run(),
        key=("table_digest", "row_number"),
    )
    create(
        "link",
        refers("subject_id", "subject.id"),
        refers("table_digest", "demographic_table.digest", kind=sa.Text),
        needed("rows", sa.JSON),
        *texts("status", "method"),
        needed("score", sa.Float),
        needed("candidates", sa.JSON),
        needed("reasons", sa.JSON),
        by_run(),
    )
    op.create_index("ix_link_table_digest_subject_id", "link", ["table_digest", "subject_id"])


def create_sources() -> None:
    create(
        "source",
        *texts("root", "path", "member"),
        sa.Column("exact", sa.JSON),
        needed("size", sa.BigInteger),
        needed("mtime_ns", sa.BigInteger),
        *texts("digest", "previous_digest", "disposition"),
        sa.Column("drop_reason", sa.Text),
        sa.Column("trouble", sa.Text),
        needed("trouble_where"),
        refers("last_seen_run_id", "run.id"),
        by_run(),
    )
    op.create_index("uq_source_root_path_member", "source", ["root", "path", "member"], unique=True)
    op.create_index("ix_source_digest", "source", ["digest"])
    create(
        "instance",
        *texts("digest", "sop_class", "sop_instance", "study", "series"),
        refers("identity_id", "identity.id"),
        by_run(),
        key=("digest",),
    )
    op.create_index("ix_instance_identity_id", "instance", ["identity_id"])


def create_outputs() -> None:
    create(
        "output",
        *texts("source_digest", "job_digest", "object_digest"),
        needed("size", sa.BigInteger),
        *texts("study", "series", "instance"),
        refers("subject_id", "subject.id", optional=True),
        *texts("rules_digest", "subject_digest", "reason"),
        by_run(),
    )
    op.create_index("ix_output_source_digest", "output", ["source_digest"])
    op.create_index("ix_output_job_digest", "output", ["job_digest"])
    create(
        "quarantine",
        *texts("source_digest", "root", "path", "member", "job_digest", "reason", "where_"),
        by_run(),
        refers("resolved_run_id", "run.id", optional=True),
    )
    for name, columns, condition in (
        ("content", ["source_digest", "job_digest", "reason"], "source_digest != ''"),
        ("location", ["root", "path", "member", "reason"], "source_digest = ''"),
    ):
        where = sa.text(f"resolved_run_id IS NULL AND {condition}")
        op.create_index(
            f"uq_quarantine_open_by_{name}", "quarantine", columns, unique=True, sqlite_where=where
        )
    create(
        "placement",
        *texts("tree", "path", "source_digest", "object_digest"),
        needed("size", sa.BigInteger),
        by_run(),
        refers("removed_run_id", "run.id", optional=True),
    )
    where = sa.text("removed_run_id IS NULL")
    op.create_index("uq_placement_standing", "placement", ["tree", "path"], unique=True, sqlite_where=where)


def create_events() -> None:
    create(
        "event",
        needed("time", sa.DateTime),
        by_run(),
        needed("kind"),
        refers("subject_id", "subject.id", optional=True),
        *texts("detail", "previous", "digest"),
    )
