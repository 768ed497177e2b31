"""What `gunicorn app:app` reads: the same settings as `anhnh serve`. Run `anhnh upgrade` before."""

from anhnh_lms.cli.serving import options
from anhnh_lms.config import Settings

globals().update(options(Settings.from_environment()))
