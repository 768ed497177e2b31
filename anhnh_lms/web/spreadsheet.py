"""A table of a report as a file for spreadsheets."""

from __future__ import annotations

from flask import Response

from ..reports.table import Table, to_csv


def spreadsheet(table: Table, *name: str) -> Response:
    """The table as CSV, to keep under a name made of these parts ("MA-1", "figures", "2026-11-23")."""
    safe = "-".join("".join(c for c in part if c.isascii() and (c.isalnum() or c in "-_")) for part in name)
    return Response(
        to_csv(table),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{safe}.csv"'},
    )
