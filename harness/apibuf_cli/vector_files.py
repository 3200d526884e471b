"""Vector files that are named on the command line: checked, and brought to the worker."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apibuf_cli import files, project
from apibuf_cli.errors import BadInput

SCHEMA = project.ROOT / "vectors" / "schemas" / "cases.schema.json"
MOST_BYTES = 16 * files.MEBIBYTE


@dataclass(frozen=True)
class VectorFile:
    """A file of more cases, in the format of vectors/README.md, as it was when it was read."""

    path: Path
    data: bytes

    def __str__(self) -> str:
        return f"{self.path.name} sha256 {hashlib.sha256(self.data).hexdigest()}"


def load(names: Iterable[str]) -> tuple[VectorFile, ...]:
    """The files, each once. Raises BadInput where one is no vector file."""
    return tuple(dict.fromkeys(_load(Path(name)) for name in names))


def bring(files: Sequence[VectorFile], folder: Path) -> tuple[str, ...]:
    """Copies the files into the folder in which a worker is to start, and returns the worker's options for them.

    The names are relative: whatever starts the worker, and wherever that sees the root folder, they are right.
    """
    options = []
    for number, file in enumerate(files, start=1):
        name = f"vectors-{number}.json"
        (folder / name).write_bytes(file.data)
        options.append(f"--vectors={name}")
    return tuple(options)


def _load(path: Path) -> VectorFile:
    from jsonschema_rs import Draft202012Validator as FastValidator

    data = files.read(path, MOST_BYTES, "a vector file (vectors/README.md)")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path} is no JSON, and so no vector file: {' '.join(str(error).split())}") from error
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    if not FastValidator(schema).is_valid(document):
        raise BadInput(f"{path} is no vector file, {_first_fault(schema, document)} (see {SCHEMA})")
    return VectorFile(path.resolve(), data)


def _first_fault(schema: Any, document: Any) -> str:
    """What is wrong with the document, and where, in the words of the library that words it best and is slow."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    error = best_match(Draft202012Validator(schema).iter_errors(document))
    if error is None:
        return "though two validators differ about why"
    return f"at {error.json_path}: {' '.join(error.message.split())[:200]}"
