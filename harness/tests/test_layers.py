"""Imports go one way: each package knows those below it, never one beside or above it, and no modules in a circle."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAYERS = (
    {"apibuf_system"},
    {"apibuf_common"},
    {"apibuf_runner"},
    {"apibuf_setup"},
    {"apibuf_targets"},
    {"apibuf_expectations", "apibuf_repro"},
    {"apibuf_fuzz"},
    {"apibuf_pipeline", "apibuf_connectors", "apibuf_bench", "apibuf_package", "apibuf_selfcheck"},
    {"apibuf_cli"},
)
"""The packages of the harness from the lowest on."""

READERS_OF_REPORTS = {"apibuf_setup", "apibuf_expectations", "apibuf_pipeline", "apibuf_fuzz", "apibuf_cli"}
"""Who may import the reports package, which itself knows nothing but the format of result streams."""

PACKAGES = sorted(file.parent for part in ("harness", "reports") for file in (ROOT / part).glob("apibuf_*/__init__.py"))


def modules(package: Path) -> dict[str, Path]:
    """The files of a package by the names of their modules."""
    return {
        ".".join(file.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__"): file
        for file in package.rglob("*.py")
    }


KNOWN = {name: file for package in PACKAGES for name, file in modules(package).items()}


def imported(file: Path) -> set[str]:
    """The project's modules that a file imports, at its top or later; what only types need counts too."""
    return {name for name in imported_names(ast.parse(file.read_bytes())) if name in KNOWN}


def imported_names(tree: ast.AST) -> Iterator[str]:
    """The names of imported modules, and of what is imported from them, which may be modules."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module is not None
            submodules = [f"{node.module}.{alias.name}" for alias in node.names]
            # A package that only leads to its modules is not itself what was asked for.
            yield from submodules if all(name in KNOWN for name in submodules) else [node.module, *submodules]


def lower_than(package: str) -> set[str]:
    """The packages that a package may import besides itself."""
    index = next(index for index, layer in enumerate(LAYERS) if package in layer)
    below = set().union(*LAYERS[:index])
    return below | {"apibuf_reports"} if package in READERS_OF_REPORTS else below


def test_every_package_of_the_harness_has_a_layer() -> None:
    assert {package.name for package in PACKAGES} == set().union(*LAYERS) | {"apibuf_reports"}


@pytest.mark.parametrize("package", [package.name for package in PACKAGES])
def test_a_package_imports_only_lower_ones(package: str) -> None:
    allowed = {package} if package == "apibuf_reports" else {package} | lower_than(package)
    wrong = {
        f"{name} imports {other}"
        for name, file in KNOWN.items()
        if name.split(".")[0] == package
        for other in imported(file)
        if other.split(".")[0] not in allowed
    }
    assert not wrong


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {name: imported(file) - {name} for name, file in KNOWN.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_commands_do_not_import_each_other() -> None:
    commands = {name: file for name, file in KNOWN.items() if name.startswith("apibuf_cli.commands.")}
    assert commands
    assert not {(name, other) for name, file in commands.items() for other in imported(file) & commands.keys()}
