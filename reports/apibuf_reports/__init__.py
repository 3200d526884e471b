"""Reads result streams (`stream`) and renders them (`formats`). Importing the package loads nothing else."""
