"""What one checkout compiled is not compiled again in another, and both make the same bytes."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from apibuf_common import project
from apibuf_setup import compiler_cache, prepare

PROJECT = """\
cmake_minimum_required(VERSION 3.25)
project(small CXX)
add_executable(small main.cpp)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  target_precompile_headers(small PRIVATE <map>)
endif()
target_include_directories(small PRIVATE "${PROJECT_SOURCE_DIR}")
"""


def build(checkout: Path, cache: Path, compiler: str) -> str:
    """Builds a small project in this folder, as `apibuf test` does, and returns the cache's statistics."""
    checkout.mkdir(parents=True)
    (checkout / "CMakeLists.txt").write_text(PROJECT)
    (checkout / "small.hpp").write_text("#pragma once\nconst char* where();\n")
    (checkout / "main.cpp").write_text(
        '#include <map>\n#include "small.hpp"\nint main() { return std::map<int, int>{{0, !where()}}[0]; }\n'
        "const char* where() { return __FILE__; }\n"
    )
    environment = {name: value for name, value in os.environ.items() if name not in compiler_cache.LAUNCHERS}
    environment["CCACHE_DIR"] = str(cache)
    compiler_cache.use(environment, checkout)
    flags = " ".join(["-g1", *(f"-ffile-prefix-map={folder}/=" for folder in ("..", checkout, checkout / "build"))])
    options = ["-G", "Ninja", f"-DCMAKE_CXX_COMPILER={compiler}", f"-DCMAKE_CXX_FLAGS={flags}"]
    configure = ["cmake", "-B", "build", *options]
    for command in (["ccache", "--zero-stats"], configure, ["cmake", "--build", "build"]):
        subprocess.run(command, cwd=checkout, env=environment, check=True, capture_output=True)
    shown = ["ccache", "--show-stats", "--verbose"]
    return subprocess.run(shown, env=environment, check=True, capture_output=True, text=True).stdout


def test_a_second_checkout_compiles_nothing(tmp_path: Path) -> None:
    prepare.install((compiler_cache.PACKAGE, "clang-14"))
    for compiler in ("g++", "clang++-14"):
        first = build(tmp_path / compiler / "checkout", tmp_path / "cache", compiler)
        assert "Misses" in first
        again = build(tmp_path / compiler / "elsewhere" / "another", tmp_path / "cache", compiler)
        hits = re.search(r"^ *Hits: +([0-9]+) / +([0-9]+) ", again, re.MULTILINE)
        assert hits and hits[1] == hits[2] != "0", again


@pytest.mark.by_turns
@pytest.mark.parametrize(
    ("preset", "output"),
    [
        # GCC, with debug information, which names sources, and headers of doctest.
        ("mingw-x86_64", "conformance/CMakeFiles/apibuf-worker.dir/worker/bare.cpp.obj"),
        # Clang, without; doctest's assertions name their file.
        ("linux-x86_64-glibc-2.31", "CMakeFiles/apibuf_doctest.dir/doctest.cpp.o"),
    ],
)
def test_another_checkout_makes_the_same_bytes_with_the_cache_or_without(
    preset: str, output: str, tmp_path: Path
) -> None:
    prepare.install((compiler_cache.PACKAGE, *prepare.packages_of_preset(preset)))
    prepare.provide_sysroot(preset)
    near, far = tmp_path / "near", tmp_path / "farther from" / "the root"
    without_cache = {name: value for name, value in os.environ.items() if name not in compiler_cache.LAUNCHERS}
    with_cache = without_cache | {"CCACHE_DIR": str(tmp_path / "cache")}
    compiler_cache.use(with_cache, far)
    for checkout, environment in ((near, without_cache), (far, with_cache)):
        (checkout / "build").mkdir(parents=True)
        for part in project.ROOT.iterdir():
            if part.name not in (".git", "build"):
                (checkout / part.name).symlink_to(part)
        for sysroot in prepare.DEBIAN_11.values():
            (checkout / "build" / sysroot.name).symlink_to(sysroot)
        for command in (["cmake", "--preset", preset], ["ninja", "-C", f"build/{preset}", output]):
            subprocess.run(command, cwd=checkout, env=environment, check=True, capture_output=True)
    made = [(checkout / "build" / preset / output).read_bytes() for checkout in (near, far)]
    assert made[0] == made[1]
    assert str(tmp_path).encode() not in made[0]


def test_a_launcher_that_the_environment_names_is_left_alone() -> None:
    environment = {"CMAKE_CXX_COMPILER_LAUNCHER": "distcc"}
    compiler_cache.use(environment)
    assert environment == {"CMAKE_CXX_COMPILER_LAUNCHER": "distcc"}


def test_what_go_compiles_is_kept_in_the_same_folder() -> None:
    environment = {"CCACHE_DIR": "cache"}
    compiler_cache.use(environment)
    assert environment["GOCACHE"] == str(Path.cwd() / "cache" / "go")
    environment = {"GOCACHE": "/somewhere"}
    compiler_cache.use(environment)
    assert environment["GOCACHE"] == "/somewhere"
