"""WSGI entry: what gunicorn (`gunicorn app:app`) and `flask` find."""

from anhnh_lms import create_app

app = create_app()
