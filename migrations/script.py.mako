"""${message}

Owns: the step from ${down_revision or "nothing"} to ${up_revision}; it imports nothing of the application.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the ledger one step up."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Refuse: a ledger is never taken back; its backup is."""
    raise NotImplementedError("put the backup of the ledger in its place")
