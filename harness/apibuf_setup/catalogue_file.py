"""The catalogue as a file of the project, so that cases and requirements can be shown without a build.

The worker computes it (`apibuf-worker --catalogue`); `apibuf catalogue --update` writes the file.
"""

from __future__ import annotations

import hashlib
import json

from apibuf_common import project
from apibuf_common.errors import CannotRun
from apibuf_runner.catalogue import Catalogue, CatalogueError, parse
from apibuf_setup import prepare

FILE = project.ROOT / "conformance" / "catalogue.json"
VECTORS = project.ROOT / "vectors"
NOT_DIGESTED = ("functions.json", "requirements.json", "retired.json")


def load() -> Catalogue:
    """The catalogue of the file or, if the vectors have changed since it was written, of a worker that is built for it.

    Raises CannotRun.
    """
    try:
        listed = parse(FILE.read_text(encoding="utf-8"))
    except (OSError, CatalogueError, UnicodeDecodeError) as error:
        raise CannotRun(f"{FILE} cannot be read: {error}; write it with: harness/apibuf catalogue --update") from error
    return listed if listed.suite.vectors_sha256 == vectors_sha256() else prepare.catalogue()


def vectors_sha256() -> str:
    """The digest of the requirements and vectors, computed as conformance/CMakeLists.txt does. Raises OSError."""
    files = sorted(file for file in VECTORS.glob("*.json") if file.name not in NOT_DIGESTED)
    digest = hashlib.sha256((VECTORS / "requirements.json").read_bytes())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def text_of(printed: str) -> str:
    """The text of the file for what the worker printed: one line for each requirement and case, for short diffs."""
    members = [f"{json.dumps(name)}: {_text(value)}" for name, value in json.loads(printed).items()]
    return "{\n" + ",\n".join(members) + "\n}\n"


def _text(value: object) -> str:
    if isinstance(value, list):
        return "[\n" + ",\n".join(_line(entry) for entry in value) + "\n]"
    return _line(value)


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
