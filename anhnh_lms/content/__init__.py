"""Markdown -> Course. Pure: imports neither Flask nor SQLAlchemy, touches no database and no network."""
