"""The demonstration: twelve fictional establishments and a year of activity that looks like life.

Nothing here is used by a real server. Everything goes through the log like anything else; the same
date, seed and courses give the same log, byte for byte.
"""
