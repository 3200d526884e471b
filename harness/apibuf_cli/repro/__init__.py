"""Writes a case down as a C program, for a bug report: `program.c.j2` is its text, `statements` makes its steps."""
