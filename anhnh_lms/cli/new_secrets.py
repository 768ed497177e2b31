"""Going on after the server's secrets were lost."""

from __future__ import annotations

import click

from ..config import Settings

MEANING = (
    "Every PIN and passphrase ends: new slips must be printed for everybody. Certificates stay valid in the\n"
    "register, but the check codes on papers printed so far will no longer be found; print them again.\n"
    "What people learned is kept."
)


@click.command("new-secrets")
@click.option("--yes", is_flag=True, help="Do not ask.")
def new_secrets(yes: bool) -> None:
    """Make new secrets when secrets.json is lost and stands in no backup.

    Stop the server first. Every PIN and passphrase ends; what was recorded is kept.
    """
    from .. import create_app
    from ..people import rescue
    from ..record import schema
    from ..record.secrets import FILE, LostSecrets, belong, make_secrets

    settings = Settings.from_environment()
    file = settings.data / FILE
    readable = True
    try:
        app = create_app(settings)
    except LostSecrets:
        readable = False
    if readable:
        with app.app_context():
            schema.upgrade()
            if belong(app.config["SECRETS"]):
                raise click.ClickException(f"Nothing is lost: {file} belongs to this database.")
    click.echo(MEANING)
    if not yes:
        click.confirm("Go on?", abort=True)
    if not readable:
        if file.exists():
            file.replace(file.with_suffix(".unreadable"))
        make_secrets(settings.data)
        app = create_app(settings)
    with app.app_context():
        schema.upgrade()
        rescue.start_over(app.config["SECRETS"])
    click.echo("New secrets were made. Now run `anhnh reset-administrator`, start the server and print slips.")


commands = [new_secrets]
