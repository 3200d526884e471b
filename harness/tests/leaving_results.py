"""Finds the results that a run has left, whichever part of the suite it was."""

from pathlib import Path


def results_below(folder: Path) -> Path:
    """The one results.jsonl in this folder and the folders in it."""
    (file,) = folder.rglob("results.jsonl")
    return file
