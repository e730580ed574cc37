"""The record of every run, in one SQLite file.

Owns: the only room that speaks SQL; it hands out records, never rows of the database.
"""
