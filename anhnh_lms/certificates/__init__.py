"""Certificates: their numbers and check codes, and the paper they are printed on."""
