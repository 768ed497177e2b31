"""Tests of the one file that installs the server without a network."""
