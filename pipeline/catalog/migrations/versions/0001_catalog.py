"""Productions, takes and decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "production",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("log_position", sa.BigInteger, nullable=False),
        sa.Column("log_checksum", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_production"),
    )
    op.create_table(
        "take",
        sa.Column("production", sa.String(64), nullable=False),
        sa.Column("shot", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("place", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("renderer", sa.Text, nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("worker_s", sa.Double, nullable=False),
        sa.Column("gpu_s", sa.Double, nullable=False),
        sa.Column("quality", sa.JSON, nullable=False),
        sa.Column("adjustment", sa.JSON, nullable=True),
        sa.PrimaryKeyConstraint("production", "shot", "number", name="pk_take"),
        sa.ForeignKeyConstraint(["production"], ["production.id"], name="fk_take_production"),
        sa.UniqueConstraint("production", "shot", "digest", name="uq_take_production_shot_digest"),
    )
    op.create_index("ix_take_digest", "take", ["digest"])
    op.create_table(
        "decision",
        sa.Column("production", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("shot", sa.Text, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("take", sa.String(64), nullable=True),
        sa.Column("what", sa.JSON, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("seen", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("production", "number", name="pk_decision"),
        sa.ForeignKeyConstraint(["production"], ["production.id"], name="fk_decision_production"),
    )
    op.create_index("ix_decision_production_shot", "decision", ["production", "shot"])
