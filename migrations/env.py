"""Run the migrations: on the connection that the ledger hands over, or on a developer's database.

Owns: without a database of one's own (ANONLEDGER_LEDGER), a new one in memory is taken up to the head first.
"""

import os
from typing import Any, Literal

from alembic import context
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, NullPool, TypeDecorator, create_engine

from anonledger.ledger.models import metadata


def plain_type(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write a column type of ours as the SQL type below it: a migration imports nothing of ours."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{type(item.impl).__name__}()"
    return False


def take_to_head(connection: Connection) -> None:
    """Run all migrations on an empty database."""
    script = context.script
    fresh = MigrationContext.configure(
        connection, opts={"fn": lambda revision, _context: script._upgrade_revs("heads", revision)}
    )
    with Operations.context(fresh):
        fresh.run_migrations()


def migrate(connection: Connection) -> None:
    """Do what the Alembic command asks for, on this connection."""
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, render_item=plain_type
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    path = os.environ.get("ANONLEDGER_LEDGER", "")
    with create_engine(f"sqlite:///{path}", poolclass=NullPool).begin() as own:
        if not path:
            take_to_head(own)
        migrate(own)
