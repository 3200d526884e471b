"""Conformance tests in the build of somebody else (cmake_example): by FetchContent, and installed; also for Windows."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from apibuf_common import project
from apibuf_setup import prepare

LAUNCHER = project.ROOT / "harness" / "apibuf"
EXAMPLE = Path(__file__).parent / "cmake_example"
MINGW = (
    "-DCMAKE_SYSTEM_NAME=Windows",
    "-DCMAKE_C_COMPILER=x86_64-w64-mingw32-gcc",
    "-DCMAKE_CXX_COMPILER=x86_64-w64-mingw32-g++-posix",
)

Configured = Callable[..., "subprocess.CompletedProcess[str]"]


def completed(*command: str | Path) -> "subprocess.CompletedProcess[str]":
    """What came of a command, with all that it printed in `stdout`."""
    return subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=600
    )


def build(folder: Path, *options: str, generator: str = "Ninja") -> Path:
    """Configures and builds the example, and returns its folder."""
    configured = completed("cmake", "-G", generator, "-S", EXAMPLE, "-B", folder, *options)
    assert configured.returncode == 0, configured.stdout
    built = completed("cmake", "--build", folder)
    assert built.returncode == 0, built.stdout
    return folder


def ctest(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Runs tests of the example."""
    return completed("ctest", "--test-dir", folder, "-C", "Debug", "--output-on-failure", *options)


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with this project as FetchContent gets it, in a folder with a space, built in one of many ways."""
    folder = tmp_path_factory.mktemp("fetched") / "build tree"
    return build(folder, f"-DAPIBUF_SOURCE={project.ROOT}", generator="Ninja Multi-Config")


def test_each_group_of_cases_is_a_test_with_labels(fetched: Path) -> None:
    listed = ctest(fetched, "-N", "-L", "apibuf").stdout
    groups = [f"conformance.{group}" for group in ("abi", "allocate", "free", "reallocate", "size")]
    claimed = [f"broken.{group}" for group in ("abi", "allocate", "free", "size")]
    names = [line.split()[-1] for line in listed.splitlines() if " Test " in line]
    assert names == [*groups, *claimed, "chosen", "expected"]
    assert "Total Tests: 5" in ctest(fetched, "-N", "-L", "^conformance$").stdout


def test_a_conforming_library_passes_and_leaves_its_results(fetched: Path) -> None:
    done = ctest(fetched, "-R", "^conformance")
    assert done.returncode == 0, done.stdout
    places = sorted(file.parent.name for file in fetched.glob("conformance/Debug/libmine.so/*/junit.xml"))
    assert len(places) == 5 and all(
        (file.parent / "results.jsonl").exists() for file in fetched.glob("*/*/*/*/junit.xml")
    )


def test_a_broken_library_fails_with_the_case_in_the_output(fetched: Path) -> None:
    done = ctest(fetched, "-R", r"^(broken\.size|uses_reference)$")
    assert done.returncode != 0
    assert "1. NetApiBufferSize reports a wrong size" in done.stdout
    assert "size/at-least-requested-1-byte: fail" in done.stdout
    assert "broken.size (Failed)" in done.stdout and "50% tests passed, 1 tests failed out of 2" in done.stdout


def test_the_options_reach_the_run(fetched: Path) -> None:
    done = ctest(fetched, "-V", "-R", "^(chosen|expected)$")
    assert done.returncode == 0, done.stdout
    (results,) = fetched.glob("chosen/Debug/libbroken.so/*/results.jsonl")
    text = results.read_text(encoding="utf-8")
    assert (
        '"profile": "windows"' in text
        and '"launcher": "env \'A=B C\' D=E"' in text
        and '"select": ["size/null*", "free/null*"]' in text
    )
    assert "as expected" in done.stdout


def test_an_installed_package_is_found_with_the_reference(tmp_path: Path) -> None:
    prefix, tree = tmp_path / "prefix", tmp_path / "tree"
    for command in (
        (
            "cmake",
            "-G",
            "Ninja",
            "-S",
            project.ROOT,
            "-B",
            tree,
            "-DAPIBUF_SUITE=OFF",
            f"-DCMAKE_INSTALL_PREFIX={prefix}",
        ),
        ("cmake", "--build", tree),
        ("cmake", "--install", tree),
    ):
        done = completed(*command)
        assert done.returncode == 0, done.stdout
    options = (f"-DCMAKE_PREFIX_PATH={prefix}", f"-DAPIBUF_COMMAND={LAUNCHER}")
    example = build(tmp_path / "example", *options, f"-DAPIBUF_WANTED={project.version()}")
    done = ctest(example, "-R", r"^(conformance\.size|uses_reference)$")
    assert "100% tests passed, 0 tests failed out of 2" in done.stdout


def test_a_suite_that_is_not_installed_is_one_sentence(tmp_path: Path) -> None:
    done = completed(
        "cmake",
        "-G",
        "Ninja",
        "-S",
        EXAMPLE,
        "-B",
        tmp_path,
        f"-Dapibuf_DIR={project.ROOT}/harness/cmake",
        "-DAPIBUF_COMMAND=",
    )
    assert done.returncode != 0
    assert "The command apibuf was not found: install the suite" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("NAME a", "needs TARGET"),
        ("NAME a TARGET none", "there is no target none"),
        ("NAME a TARGET t FUNCTIONS NetFree", "NetFree is none of"),
        ("NAME a TARGET t SELEKT x", "does not know SELEKT"),
        ("NAME a TARGET t LAUNCHER EXPECT", "has no value for EXPECT"),
        ("NAME a TARGET t SELECT", "has no value for SELECT"),
        ("NAME a TARGET s", "s is of the type STATIC_LIBRARY, and the suite loads a library: name a SHARED"),
    ],
)
def test_wrong_arguments_are_one_sentence(tmp_path: Path, arguments: str, sentence: str) -> None:
    (tmp_path / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.25)\nproject(t NONE)\nset(APIBUF_COMMAND apibuf)\n"
        "add_library(t UNKNOWN IMPORTED)\nadd_library(s STATIC IMPORTED)\n"
        f"include({project.ROOT}/harness/cmake/apibuf-conformance.cmake)\napibuf_add_conformance_test({arguments})\n"
    )
    done = completed("cmake", "-G", "Ninja", "-S", tmp_path, "-B", tmp_path / "build")
    assert done.returncode != 0 and sentence in " ".join(done.stdout.split())


def test_a_library_that_is_cross_built_for_windows_is_tested_under_wine(tmp_path: Path) -> None:
    prepare.wine_of("windows-x86_64")
    prepare.install(prepare.packages_of_preset("mingw-x86_64"))
    example = build(tmp_path, f"-DAPIBUF_SOURCE={project.ROOT}", *MINGW)
    done = ctest(example, "-R", r"^(conformance|broken)\.size$")
    assert "50% tests passed, 1 tests failed out of 2" in done.stdout, done.stdout
    assert "broken.size (Failed)" in done.stdout
