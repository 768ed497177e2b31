"""Tests of the log and its views."""
