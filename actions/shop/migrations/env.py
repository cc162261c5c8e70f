"""What Alembic runs: the migrations, on the connection that ``upgrade_within`` hands over."""

from __future__ import annotations

from alembic import context

from actions.shop.database import metadata


def _run() -> None:
    # The caller's transaction holds everything, table definitions included: a failure leaves nothing half done.
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


# Action servers import every module of the package: outside of a migration there is nothing to do.
if hasattr(context, "config"):
    _run()
