"""What the real worker writes, against the schemas beside its sources: every event of its stream, and its catalogue."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest
from jsonschema_rs import Draft202012Validator
from mingw_command import compile_for_windows

from apibuf_common import project
from apibuf_runner.worker import Launch
from apibuf_setup import prepare
from apibuf_targets import targets
from apibuf_targets.launching import USUAL, launch_of, wine_of
from apibuf_targets.readiness import provide_library

SCHEMAS = project.ROOT / "conformance" / "schemas"
NONCE = "0123456789abcdef"
FREE_NULL = "free/null-once"
MANY_CALLS = "allocate/capacity-100000-live-buffers"
EVERY_PAGE = "allocate/capacity-every-page-to-4-mib"
FOUR_THREADS_MEASURE = "free/any-thread-one-buffer-measured-at-once"
OUT_OF_MEMORY = "free/allocated-out-of-memory"
ENDS_ITS_PROCESS = "abi/ends-with-its-process-after-use"
ASKS_ANOTHER_FUNCTION = "remote/system-allocates-information"
# Slow, so that a loop lasts long enough to say that it lives, and gone before it lasts too long for this test.
STUBS = """
#include <stdlib.h>
#include <unistd.h>
unsigned NetApiBufferAllocate(unsigned bytes, void** buffer) {
  static int calls;
  if (++calls == 2000) _exit(0);
  usleep(200);
  *buffer = malloc(bytes);
  return 0;
}
unsigned NetApiBufferFree(void* buffer) { free(buffer); return 0; }
unsigned NetApiBufferSize(void* buffer, unsigned* bytes) {
  static int calls;
  if (__sync_fetch_and_add(&calls, 1) < 4) sleep(2);
  *bytes = 1000;
  return 0;
}
unsigned NetServerGetInfo(void* server, unsigned level, void** buffer) { return 5; }
"""
SLOW_DLL = """
#include <stdlib.h>
#include <windows.h>
__declspec(dllexport) unsigned NetApiBufferAllocate(unsigned bytes, void** buffer) {
  static int calls;
  if (++calls == 3) Sleep(1500);
  if (calls == 100) ExitProcess(0);
  *buffer = malloc(bytes);
  return 0;
}
__declspec(dllexport) unsigned NetApiBufferFree(void* buffer) { free(buffer); return 0; }
"""
REFUSES_UNKNOWN_CALLS = """
import ctypes, os, struct, sys
LOAD_NUMBER, GO_ON_IF_EQUAL, ANSWER = 0x20, 0x15, 0x06
NOT_PERMITTED, ALLOWED = 0x50001, 0x7FFF0000
steps = ((LOAD_NUMBER, 0, 0, 0), (GO_ON_IF_EQUAL, 0, 1, 4095), (ANSWER, 0, 0, NOT_PERMITTED), (ANSWER, 0, 0, ALLOWED))
code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
program = struct.pack("@HP", len(steps), ctypes.addressof(code))
prctl, NO_NEW_PRIVILEGES, SECCOMP, FILTER = ctypes.CDLL(None).prctl, 38, 22, 2
assert prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0 and prctl(SECCOMP, FILTER, program) == 0
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Starts a program in which a system call that Linux does not have is answered otherwise, as Wine may do it."""

Event = dict[str, Any]
Compile = Callable[[str], Path]


@cache
def validator(name: str) -> Draft202012Validator:
    """The compiled schema of this name; what it refers to is found relative to its file."""

    def document(address: str) -> Any:
        return json.loads(Path(url2pathname(urlsplit(address).path)).read_text(encoding="utf-8"))

    return Draft202012Validator({"$ref": (SCHEMAS / f"{name}.schema.json").as_uri()}, retriever=document)


def violations(name: str, document: Any) -> list[str]:
    """What of the document breaks the schema, and where."""
    return [f"{error.instance_path}: {error.message}" for error in validator(name).iter_errors(document)]


def converse(launch: Launch, *ids: str, answers: str = "") -> list[Event]:
    """The events of a worker that was sent these ids; `answers` are the lines that it reads after them."""
    done = subprocess.run(
        launch.command,
        env=launch.environment,
        cwd=launch.directory,
        capture_output=True,
        check=False,
        timeout=60,
        input="\n".join([NONCE, *ids, "", answers]).encode(),
    )
    lines = [json.loads(line) for line in done.stdout.splitlines() if NONCE.encode() in line]
    return [line for line in lines if line["nonce"] == NONCE]


@pytest.fixture(scope="module")
def on_linux(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[Event]]:
    """Runs cases against a library, and returns the events."""
    worker, folder = prepare.worker("linux-x86_64"), tmp_path_factory.mktemp("worker")
    environment = os.environ | {"APIBUF_TEST_FILE": str(folder / "file")}

    def run(library: Path, *ids: str) -> list[Event]:
        return converse(Launch((str(worker), f"--target={library}", "--stream"), environment, folder), *ids)

    return run


@pytest.fixture(scope="module")
def events(
    on_linux: Callable[..., list[Event]],
    compile_library: Compile,
    compile_fault: Compile,
    tmp_path_factory: pytest.TempPathFactory,
) -> list[Event]:
    """The events of all ways in which a case ends on Linux."""
    reference = targets.resolve("reference")
    provide_library(reference)
    ids = [case.id for case in prepare.catalogue().cases if case.kind == "vector" and not case.alone]
    stubs = tmp_path_factory.mktemp("stubs") / "libstubs.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-x", "c", "-", "-o", stubs], input=STUBS.encode(), check=True)
    assert reference.path is not None
    return [
        *on_linux(reference.path, *ids),
        *on_linux(reference.path, "free/no-such-case"),
        *on_linux(reference.path, OUT_OF_MEMORY),
        *on_linux(reference.path, ENDS_ITS_PROCESS),
        *on_linux(Path("/nonexistent.so"), FREE_NULL),
        *on_linux(compile_library("CRASH"), FREE_NULL),
        *on_linux(compile_fault("size-is-zero"), "size/at-least-requested-1-byte"),
        *on_linux(stubs, ASKS_ANOTHER_FUNCTION),
        *on_linux(stubs, MANY_CALLS),
        *on_linux(stubs, FOUR_THREADS_MEASURE),
        *on_linux(compile_fault("size-is-one-less"), "size/at-least-requested-every-size"),
        *on_linux(compile_fault("allocate-of-508-kib-crashes"), EVERY_PAGE),
    ]


def ways(part: Event) -> Iterator[Event]:
    """The event with a member too many, and without each of its members."""
    yield part | {"another": 1}
    yield from ({name: value for name, value in part.items() if name != left_out} for left_out in part)


def test_every_event_on_linux_is_as_its_schema_says(events: list[Event]) -> None:
    assert [found for event in events for found in violations("events", event)] == []


def test_these_are_all_the_events_but_those_that_only_workers_on_windows_send(events: list[Event]) -> None:
    known = json.loads((SCHEMAS / "events.schema.json").read_text(encoding="utf-8"))["$defs"].values()
    names = {entry["properties"]["event"]["const"] for entry in known if "event" in entry.get("properties", {})}
    assert {event["event"] for event in events} == names - {"limit-memory", "hang"}


def test_threads_that_do_not_return_are_said_to_be_in_their_calls(events: list[Event]) -> None:
    (waiting,) = [event for event in events if event["event"] == "waiting"]
    in_size = "NetApiBufferSize of a buffer of 1000 bytes"
    assert (waiting["function"], waiting["calls"]) == ("NetApiBufferSize", [in_size] * 4)
    assert waiting["requirement"] == "free/any-thread"


def test_the_last_words_of_a_property_end_with_the_call_that_it_died_in(events: list[Event]) -> None:
    crash, calls = events[-2:]
    assert (crash["event"], crash["function"]) == ("crash", "NetApiBufferAllocate")
    *_, last_but_one, last = calls["calls"]
    assert (last["bytes"], last["succeeded"]) == (508 * 1024, False)
    assert last_but_one["succeeded"]


def under_wine(tmp_path: Path, *before: str) -> list[Event]:
    """The events of a case that limits memory, of a worker under Wine that is started by the command `before`."""
    target = targets.resolve("reference-windows-x86_64")
    provide_library(target)
    launch = launch_of(target, USUAL, wine_of(target), tmp_path)
    return converse(replace(launch, command=(*before, *launch.command)), OUT_OF_MEMORY, answers="no\n")


def test_a_worker_under_wine_limits_itself_by_a_call_of_linux(tmp_path: Path) -> None:
    events = under_wine(tmp_path)
    assert {event["event"] for event in events}.isdisjoint({"limit-memory", "not-run", "unsupported"})
    assert [event["failed"] for event in events if event["event"] == "end"] == [0]


def test_a_worker_under_wine_asks_its_host_where_linux_does_not_answer_it(tmp_path: Path) -> None:
    events = under_wine(tmp_path, sys.executable, "-c", REFUSES_UNKNOWN_CALLS)
    assert {"limit-memory", "not-run"} <= {event["event"] for event in events}
    assert [found for event in events for found in violations("events", event)] == []


def test_a_worker_on_windows_says_once_which_call_does_not_return(tmp_path: Path) -> None:
    source = tmp_path / "slow.c"
    source.write_text(SLOW_DLL)
    library = compile_for_windows(tmp_path / "slow.dll", source, "-shared")
    target = targets.resolve(str(library))
    events = converse(launch_of(target, USUAL, wine_of(target), tmp_path), MANY_CALLS)
    (hang,) = [event for event in events if event["event"] == "hang"]
    assert violations("events", hang) == []
    assert hang["function"] == "NetApiBufferAllocate"
    assert [call["succeeded"] for call in hang["calls"]] == [True, True, False]


OPTIONAL = {"bytes", "where"}


def test_an_event_with_a_member_too_many_or_too_few_breaks_the_schema(events: list[Event]) -> None:
    for event in {event["event"]: event for event in events}.values():
        for changed in ways({name: value for name, value in event.items() if name not in OPTIONAL}):
            assert violations("events", changed) != [], changed


def test_the_catalogue_is_as_its_schema_says() -> None:
    printed = subprocess.run([prepare.worker("linux-x86_64"), "--catalogue"], capture_output=True, check=True).stdout
    catalogue = json.loads(printed)
    assert violations("catalogue", catalogue) == []
    case = next(case for case in catalogue["cases"] if case["kind"] == "vector")
    for changed in (
        case | {"another": 1},
        {name: value for name, value in case.items() if name != "definition"},
        case | {"kind": "property"},
        case | {"definition": case["definition"] | {"another": 1}},
    ):
        assert violations("catalogue", catalogue | {"cases": [changed]}) != []


def test_a_vector_file_is_read_where_one_of_its_cases_is_asked_for(tmp_path: Path) -> None:
    """So a broken one spoils no other case; to parse a long one for each process would take most of a run's time."""
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    worker, library = prepare.worker("linux-x86_64"), targets.resolve("reference")
    provide_library(library)
    command = (str(worker), f"--target={library.path}", "--stream", "--vectors=broken.json")
    received = converse(Launch(command, os.environ, tmp_path), "free/null-once", "", "free/of-the-file")
    names = [event["event"] for event in received]
    assert "end" in names and names[-1] == "error"
    assert "a vector file cannot be used" in received[-1]["message"]
