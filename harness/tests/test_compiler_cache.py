"""What one checkout compiled is not compiled again in another."""

import os
import re
import subprocess
from pathlib import Path

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
    environment = {**os.environ, "CCACHE_DIR": str(cache)}
    for name in compiler_cache.LAUNCHERS:
        environment.pop(name, None)
    compiler_cache.use(environment, checkout)
    flags = f"-g1 -ffile-prefix-map={checkout}/="
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
