"""Products, customers, orders, parcels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _products()
    _orders()
    _shipments()
    op.create_table(
        "demo_fills",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("today", sa.Date, nullable=False),
        sa.Column("seed", sa.Integer, nullable=False),
    )


def _products() -> None:
    op.create_table(
        "products",
        sa.Column("code", sa.String(32), primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("category", sa.String(60), nullable=False, index=True),
        sa.Column("price_kurus", sa.Integer, nullable=False),
        sa.Column("list_price_kurus", sa.Integer, nullable=False),
        sa.Column("returnable", sa.Boolean, nullable=False),
        sa.Column("warranty_months", sa.Integer, nullable=False),
    )
    op.create_table(
        "variants",
        sa.Column("sku", sa.String(48), primary_key=True),
        sa.Column("product_code", sa.String(32), sa.ForeignKey("products.code"), nullable=False, index=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("colour", sa.String(40), nullable=False),
        sa.Column("size", sa.String(20), nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
    )


def _orders() -> None:
    op.create_table(
        "customers",
        sa.Column("phone", sa.String(20), primary_key=True),
        sa.Column("first_name", sa.String(60), nullable=False),
        sa.Column("last_name", sa.String(60), nullable=False),
    )
    op.create_table(
        "orders",
        sa.Column("number", sa.String(20), primary_key=True),
        sa.Column("phone", sa.String(20), sa.ForeignKey("customers.phone"), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("city", sa.String(40), nullable=False),
        sa.Column("district", sa.String(40), nullable=False),
        sa.Column("placed_at", sa.DateTime, nullable=False),
        sa.Column("shipping_kurus", sa.Integer, nullable=False),
        sa.Column("total_kurus", sa.Integer, nullable=False),
        sa.Column("payment", sa.String(24), nullable=False),
        sa.Column("payment_problem", sa.String(200), nullable=False),
        sa.Column("promised", sa.Date),
        sa.Column("delay_reason", sa.String(200), nullable=False),
        sa.Column("delivered_at", sa.DateTime),
        sa.Column("cancelled_at", sa.DateTime),
        sa.Column("refunded_kurus", sa.Integer, nullable=False),
        sa.Column("invoice_no", sa.String(32), nullable=False),
    )
    op.create_index("ix_orders_phone_placed_at", "orders", ["phone", "placed_at"])
    op.create_table(
        "order_lines",
        sa.Column("order_number", sa.String(20), sa.ForeignKey("orders.number"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("sku", sa.String(48), nullable=False),
        sa.Column("product_code", sa.String(32), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("colour", sa.String(40), nullable=False),
        sa.Column("size", sa.String(20), nullable=False),
        sa.Column("quantity", sa.Integer, nullable=False),
        sa.Column("price_kurus", sa.Integer, nullable=False),
        sa.Column("returnable", sa.Boolean, nullable=False),
        sa.Column("warranty_months", sa.Integer, nullable=False),
    )


def _shipments() -> None:
    op.create_table(
        "shipments",
        sa.Column("tracking_no", sa.String(32), primary_key=True),
        sa.Column("order_number", sa.String(20), sa.ForeignKey("orders.number"), nullable=False, index=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("carrier", sa.String(24), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("skus", sa.Text, nullable=False),
        sa.Column("branch", sa.String(80), nullable=False),
        sa.Column("estimated", sa.Date),
        sa.Column("delivered_at", sa.DateTime),
        sa.Column("delivered_to", sa.String(80), nullable=False),
    )
    op.create_table(
        "movements",
        sa.Column("tracking_no", sa.String(32), sa.ForeignKey("shipments.tracking_no"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("place", sa.String(80), nullable=False),
        sa.Column("text", sa.String(200), nullable=False),
    )
