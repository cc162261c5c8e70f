"""What customers leave with the shop, and wrong answers about whose an order is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "tries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("conversation", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_tries_conversation_at", "tries", ["conversation", "at"])
    op.create_index("ix_tries_subject_at", "tries", ["subject", "at"])
    op.create_table(
        "requests",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(300), nullable=False, unique=True),
        sa.Column("kind", sa.String(24), nullable=False, index=True),
        sa.Column("conversation", sa.String(200), nullable=False),
        sa.Column("order_number", sa.String(20), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False, index=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("department", sa.String(60), nullable=False),
        sa.Column("callback_at", sa.DateTime),
        sa.Column("score", sa.Integer),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.DateTime, nullable=False),
        sa.Column("updated_at", sa.DateTime, nullable=False),
    )
