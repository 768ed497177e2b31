"""The log and its views: what happened, and what follows from it."""
