"""Reproducers: a case as a C program that needs nothing of this suite."""
