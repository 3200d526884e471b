"""Vector files that are named on the command line: checked, and copied for the worker."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apibuf_common import files, project
from apibuf_common.errors import BadInput

SCHEMA = project.ROOT / "vectors" / "schemas" / "cases.schema.json"
MOST_BYTES = 128 * files.MEBIBYTE
MOST_QUOTED = 100
"""So many characters of an object are quoted, to show which one it is."""


@dataclass(frozen=True)
class VectorFile:
    """A file of more cases, in the format of vectors/README.md, as it was when it was read."""

    path: Path
    data: bytes

    def __str__(self) -> str:
        return f"{self.path.name} sha256 {hashlib.sha256(self.data).hexdigest()}"


def load(names: Iterable[str]) -> tuple[VectorFile, ...]:
    """The files, each once. Raises BadInput where one is not a vector file."""
    return tuple(dict.fromkeys(_load(Path(name)) for name in names))


def copy_into(files: Sequence[VectorFile], folder: Path) -> tuple[str, ...]:
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
    from jsonschema_rs import Draft202012Validator

    from apibuf_reports.schema_fault import find_fault

    data = files.read(path, MOST_BYTES, "a vector file (vectors/README.md)")
    try:
        document = json.loads(data, object_pairs_hook=_object)
    except _MemberTwice as error:
        raise BadInput(f"{path} is not a vector file: {error}") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path} is not JSON, so it is not a vector file: {' '.join(str(error).split())}") from error
    fault = find_fault(Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))), document)
    if fault is not None:
        what = " ".join(fault.what.split())[:200]
        raise BadInput(f"{path} is not a vector file, at {fault.place}: {what} (see {SCHEMA})")
    return VectorFile(path.resolve(), data)


class _MemberTwice(ValueError):
    """An object has two members of one name, of which readers of JSON take the first or the last."""


def _object(members: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """The object that has these members. Raises _MemberTwice."""
    made = dict(members)
    if len(made) < len(members):
        [(twice, _)] = Counter(name for name, _ in members).most_common(1)
        text = json.dumps(made)
        shown = text if len(text) <= MOST_QUOTED else f"{text[:MOST_QUOTED]}..."
        raise _MemberTwice(f"it has the member {json.dumps(twice)} twice in one object, {shown}; keep one of them")
    return made
