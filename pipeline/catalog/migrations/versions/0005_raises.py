"""Raises of budgets are in the tables, so that a log that is gone can be written anew with them.

Those of before are in the logs alone, until `shotfarm catalog rebuild`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "budget_raise",
        sa.Column("production", sa.String(64), nullable=False),
        sa.Column("place", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("more", sa.JSON, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("production", "place", name=op.f("pk_budget_raise")),
        sa.ForeignKeyConstraint(["production"], ["production.id"], name=op.f("fk_budget_raise_production")),
    )
