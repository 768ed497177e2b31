"""Sessions that lock, that end when the person signs in elsewhere, and that hold a form meanwhile."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("locked", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("session", sa.Column("ended", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "held",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )


def downgrade() -> None:
    op.drop_table("held")
    op.drop_column("session", "ended")
    op.drop_column("session", "locked")
