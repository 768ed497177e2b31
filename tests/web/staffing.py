"""What the tests of the staff pages share: addresses, forms, what the record holds."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from anhnh_lms.db import db
from anhnh_lms.record.tables import EntryRow
from anhnh_lms.record.tables_of_views import PersonRow

from ..support import Member, csrf, post
from .reading import hidden

STAFF = "/establishments/MA-1/staff"
SALMA = {"staff_number": "B-12", "name_latin": "Salma Benali", "name_arabic": "سلمى", "function": "guard", "sex": "f",
         "language": "ar"}  # fmt: skip


def entries(app: Flask, kind: str = "") -> int:
    with app.app_context():
        query = select(func.count()).select_from(EntryRow).where(EntryRow.kind.not_like("audit.%"))
        return db.session.execute(query.where(EntryRow.kind == kind) if kind else query).scalar_one()


def row_of(app: Flask, person: str) -> PersonRow:
    with app.app_context():
        row = db.session.get(PersonRow, person)
        assert row is not None
        return row


def page_of(member: Member, do: str = "") -> str:
    return f"{STAFF}/{member.id}" + (f"/{do}" if do else "")


def act(client: FlaskClient, member: Member, do: str, form: dict[str, Any] | None = None) -> TestResponse:
    return post(client, page_of(member, do), form, page=STAFF)


def preview(client: FlaskClient, data: bytes | str, name: str = "list.csv") -> TestResponse:
    """Choose a file. The body is written here, for the test client would leave large ones in open files."""
    raw = data.encode() if isinstance(data, str) else data
    said = {"csrf_token": csrf(client, f"{STAFF}/import"), "language": "fr"}
    parts = [f'--x\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in said.items()]
    file = f'--x\r\nContent-Disposition: form-data; name="list"; filename="{name}"\r\n\r\n'.encode()
    body = b"".join([*parts, file, raw, b"\r\n--x--\r\n"])
    return client.post(f"{STAFF}/import", data=body, content_type="multipart/form-data; boundary=x")


def import_list(client: FlaskClient, data: bytes | str) -> TestResponse:
    return post(client, f"{STAFF}/import", hidden(preview(client, data).text))
