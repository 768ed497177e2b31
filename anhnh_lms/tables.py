"""Every kept table in one place, for alembic and for whoever looks for them."""

from .learning.tables import AnswerRow, BlobRow, CooldownRow, FileRow
from .people.tables import CredentialRow, SessionRow, TriesRow
from .record.tables import AsideRow, CounterRow, EntryRow, HeadRow, SettingRow

__all__ = [
    "AnswerRow", "AsideRow", "BlobRow", "CooldownRow", "CounterRow", "CredentialRow", "EntryRow",
    "FileRow", "HeadRow", "SessionRow", "SettingRow", "TriesRow",
]  # fmt: skip
