"""Prisons, staff, roles, sign-in, and what each role may see."""
