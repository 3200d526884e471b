"""The report formats: each module of this folder is one, and is registered nowhere else. A format is called as its
module, with hyphens for underscores.

A format has DESCRIPTION (one line), FILE_NAME (where a report goes by default) and
`render(streams: Sequence[Stream]) -> str`, which is pure: the same streams give the same text, on any machine.
"""

import pkgutil
from importlib import import_module
from types import ModuleType


def names() -> tuple[str, ...]:
    """Returns the names of all formats, sorted, without loading any."""
    return tuple(sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__)))


def available() -> dict[str, ModuleType]:
    """Returns all formats by name, loaded."""
    return {name: __getattr__(name) for name in names()}


def __getattr__(name: str) -> ModuleType:
    """Loads the format `name` when it is first used. Raises AttributeError where there is no such format."""
    if name.replace("_", "-") not in names():
        raise AttributeError(f"There is no report format {name!r}.")
    return import_module(f"{__name__}.{name.replace('-', '_')}")
