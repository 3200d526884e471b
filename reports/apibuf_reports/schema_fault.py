"""Finds what is wrong with a document by its JSON schema, and where. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError


@dataclass(frozen=True)
class Fault:
    """One violation of a schema: `place` is such as `$.steps[0].bytes`, `what` a clause."""

    place: str
    what: str


def find_fault(validator: Draft202012Validator, document: Any) -> Fault | None:
    """Returns a fault of the document, which is what a JSON reader returned; None where it fits its schema."""
    try:
        return _first_fault(validator, document)
    except ValueError:
        # Strings in Rust cannot hold the lone surrogates that those of JSON and Python can.
        replaced = json.dumps(document, ensure_ascii=False).encode(errors="replace")
        return _first_fault(validator, json.loads(replaced))


def _first_fault(validator: Draft202012Validator, document: Any) -> Fault | None:
    """Raises ValueError for lone surrogates."""
    if validator.is_valid(document):
        return None
    error = _innermost(next(iter(validator.iter_errors(document))))
    return Fault(_place(error.instance_path), error.message)


def _innermost(error: ValidationError) -> ValidationError:
    """Returns, of a value that fits none of several schemas, what is wrong by the one that it fits best."""
    while alternatives := getattr(error.kind, "context", None):
        error = min(alternatives, key=_distance)[0]
    return error


def _distance(errors: Sequence[ValidationError]) -> tuple[int, int, bool]:
    """Returns how badly a value fits a schema: few faults are better, then deeper ones, then ones of the right type."""
    return len(errors), -len(errors[0].instance_path), errors[0].kind.name == "type"


def _place(path: Sequence[str | int]) -> str:
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
