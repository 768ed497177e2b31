"""`anhnh preview`: a draft in the browser, shown again whenever a file is saved."""

from __future__ import annotations

import socket
import tempfile
from datetime import date
from pathlib import Path

import click

from ..content.messages import LANGUAGES
from .content import courses_at

HOST = "127.0.0.1"  # this machine alone: a draft may hold what is not for everybody yet


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="0: any free port.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="fr", show_default=True, help="Your own language.")
def preview(path: Path, port: int, lang: str) -> None:
    """Show the course at PATH, or the page of one of its files, as learners will see it.

    The page is shown again when a file is saved, and lists every problem below. It asks for no
    database and no sign-in, answers this machine only, and keeps nothing. Ctrl-C stops it.
    """
    found = courses_at(path)
    if len(found) > 1:
        names = ", ".join(str(folder) for folder, _ in found)
        raise click.ClickException(f"PATH holds several courses: name one of {names}")
    folder, file = found[0]
    try:
        listening = socket.create_server((HOST, port))
    except OSError as error:
        why = f"port {port} cannot be used ({error.strerror}): choose another with --port"
        raise click.ClickException(why) from None
    with listening, tempfile.TemporaryDirectory(prefix="anhnh-preview-") as scratch:
        _serve(listening, folder.resolve(), file, lang, Path(scratch))


def _serve(listening: socket.socket, folder: Path, file: str | None, lang: str, scratch: Path) -> None:
    from werkzeug.serving import WSGIRequestHandler, make_server

    from ..studio.preview import Preview
    from ..web.preview import preview_app

    class Quiet(WSGIRequestHandler):
        def log(self, type: str, message: str, *args: object) -> None:
            """One line a second would hide what matters."""

    port = listening.getsockname()[1]
    app = preview_app(Preview(folder, date.today), file, lang, scratch, port)  # the author's own day
    server = make_server(HOST, port, app, threaded=True, request_handler=Quiet, fd=listening.fileno())
    click.echo(f"Preview of {folder.name}: http://{HOST}:{port}/   (Ctrl-C stops it)")
    server.serve_forever()  # until Ctrl-C
    click.echo("Stopped.")


commands = [preview]
