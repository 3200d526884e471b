"""What differs between systems has the same names on all of them, and what Windows reports is put into words."""

import ast
from pathlib import Path

import pytest

import apibuf_system
from apibuf_system import processes
from apibuf_system.exit import Exit
from apibuf_system.windows.load import usable_share
from apibuf_system.windows.statuses import exit_of

FOLDER = Path(apibuf_system.__file__).parent
MODULES = {"machine": apibuf_system.__all__, "load": ["LoadMeter"], "processes": ["ProcessTable", "guarded_process"]}


def public(node: ast.AST) -> dict[str, list[str]]:
    """The functions, classes and constants of a module or class, with the names of their parameters."""
    found: dict[str, list[str]] = {}
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef):
            found[child.name] = [argument.arg for argument in child.args.args]
        elif isinstance(child, ast.ClassDef):
            found[child.name] = []
        elif isinstance(child, ast.Assign):
            found |= {target.id: [] for target in child.targets if isinstance(target, ast.Name)}
    return {name: parameters for name, parameters in found.items() if not name.startswith("_")}


def tree(system: str, module: str) -> ast.Module:
    return ast.parse((FOLDER / system / f"{module}.py").read_text(encoding="utf-8"))


@pytest.mark.parametrize("module", MODULES)
def test_both_systems_have_the_names_of_the_seam_with_the_same_parameters(module: str) -> None:
    posix, windows = public(tree("posix", module)), public(tree("windows", module))
    for name in MODULES[module]:
        assert posix[name] == windows[name]


@pytest.mark.parametrize(
    ("module", "name"), [("worker_process", "WorkerProcess"), ("processes", "ProcessTable"), ("load", "LoadMeter")]
)
def test_the_classes_of_both_systems_have_the_same_methods(module: str, name: str) -> None:
    methods = [
        public(next(node for node in tree(system, module).body if isinstance(node, ast.ClassDef) and node.name == name))
        for system in ("posix", "windows")
    ]
    assert methods[0] == methods[1] and methods[0]


def test_the_seam_exports_what_it_describes() -> None:
    for module in (apibuf_system, processes):
        assert module.__doc__ is not None
        assert all(f"`{name}`" in module.__doc__ for name in module.__all__)


@pytest.mark.parametrize(
    ("exit_code", "ended"),
    [
        pytest.param(3, Exit("the process ended by itself with exit code 3", 3), id="an ordinary one"),
        pytest.param(0xC0000005, Exit("the process died of STATUS_ACCESS_VIOLATION (0xc0000005)"), id="a known status"),
        pytest.param(
            0xC0000374 - 2**32, Exit("the process died of STATUS_HEAP_CORRUPTION (0xc0000374)"), id="a negative number"
        ),
        pytest.param(0xC0001234, Exit("the process died of an exception (0xc0001234)"), id="an unknown status"),
        pytest.param(0x40000000, Exit("the process ended by itself with exit code 1073741824", 2**30), id="no error"),
    ],
)
def test_an_exit_code_of_windows_is_put_into_words(exit_code: int, ended: Exit) -> None:
    assert exit_of(exit_code) == ended


@pytest.mark.parametrize(
    ("passed_s", "available_s", "share"),
    [
        pytest.param(0.1, 0.2, 1.0, id="an idle machine of two cores"),
        pytest.param(0.1, 0.0, 0.0, id="a busy machine, and a worker that waits"),
        pytest.param(0.1, 0.025, 0.25, id="a busy machine, and a worker that gets a quarter of a core"),
        pytest.param(0.0, 0.0, 1.0, id="no time"),
    ],
)
def test_a_worker_could_use_what_was_idle_and_what_it_used(passed_s: float, available_s: float, share: float) -> None:
    assert usable_share(passed_s, available_s) == pytest.approx(share)
