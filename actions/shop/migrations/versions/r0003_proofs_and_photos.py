"""Which conversation proved which order, and photos of what is sent back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "proofs",
        sa.Column("conversation", sa.String(200), primary_key=True),
        sa.Column("order_number", sa.String(20), sa.ForeignKey("orders.number"), primary_key=True),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_proofs_order_number", "proofs", ["order_number"])
    op.create_index("ix_proofs_at", "proofs", ["at"])
    op.add_column("requests", sa.Column("photos", sa.Text, nullable=False, server_default=""))
