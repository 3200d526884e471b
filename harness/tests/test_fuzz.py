"""`apibuf fuzz`: what it makes is legal and asks for no more than the specification, and what it finds it shrinks."""

import importlib.util
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from leaving_results import results_below

from apibuf_cli.__main__ import main
from apibuf_common.errors import ExitCode
from apibuf_fuzz.model import LARGEST_ORDINARY_BYTES
from apibuf_fuzz.search import Budget, Search
from apibuf_fuzz.sequence import (
    ALLOCATE,
    FREE,
    REALLOCATE,
    SIZE,
    Align,
    Allocate,
    AllocateToNull,
    AskSize,
    AskSizeOfNull,
    Check,
    Disjoint,
    Free,
    FreeAll,
    FreeNull,
    Operation,
    Reallocate,
    ReallocateNull,
    random_sequence,
)
from apibuf_fuzz.shrink import shrink
from apibuf_fuzz.vector import Vector, document, failing_requirement, text_of, vector_of
from apibuf_reports import stream
from apibuf_runner.catalogue import FUNCTIONS, Case
from apibuf_runner.judge import CaseResult, Failure, Step, Verdict

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = ROOT / "harness" / "apibuf"
Compile = Callable[..., Path]

sizes = st.integers(0, 300) | st.integers(0, LARGEST_ORDINARY_BYTES) | st.integers(0, 2**32 - 1)
which = st.integers(0, 25)
held = st.none() | st.integers(0, 26)
operations: st.SearchStrategy[Operation] = st.one_of(
    st.builds(Allocate, sizes, st.booleans(), held),
    st.builds(AllocateToNull, sizes),
    st.builds(Free, which, st.booleans()),
    st.builds(FreeAll),
    st.builds(FreeNull),
    st.builds(Reallocate, which, sizes, st.booleans(), st.booleans(), held),
    st.builds(ReallocateNull, sizes, st.booleans(), held),
    st.builds(AskSize, which, st.booleans(), st.none() | sizes),
    st.builds(AskSizeOfNull),
    st.builds(Check, which),
    st.builds(Align, which),
    st.builds(Disjoint),
)
sequences = st.lists(operations, max_size=60).map(tuple)
quick = settings(max_examples=60, deadline=None, database=None, derandomize=True)


def vector(*operations: Operation) -> Vector:
    return vector_of(operations, "fuzz/some", "Random calls do as they must")


def definitions(*operations: Operation) -> list[Any]:
    return [step.definition for step in vector(*operations).steps]


@pytest.fixture(scope="module")
def lint() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vectors_lint", ROOT / "vectors" / "lint.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Its dataclasses look their module up by name.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


# ---- what is made ----


@quick
@given(sequence=sequences)
def test_every_sequence_is_a_vector_that_the_schema_and_the_lint_accept(sequence: Any, lint: ModuleType) -> None:
    schema = json.loads((ROOT / "vectors" / "schemas" / "cases.schema.json").read_text())
    requirements = {
        entry["id"]: entry for entry in json.loads((ROOT / "vectors" / "requirements.json").read_text())["requirements"]
    }
    made = json.loads(text_of(vector(*sequence)))
    Draft202012Validator(schema).validate(made)
    (case,) = made["cases"]
    assert [str(finding) for finding in lint.case_findings("fuzz.json", case, requirements)] == []
    assert {requirements[id]["evidence"] for id in case["requirements"]} <= {
        "documented",
        "annotated",
        "windows",
        "inferred",
    }


def test_only_a_request_of_an_ordinary_size_must_be_met() -> None:
    ordinary_bytes = 16 * 1024**2  # allocate/capacity

    def may_fail(step: Any) -> bool:
        return "any_of" in step["expect"]

    for make in (lambda size: Allocate(size, False), lambda size: ReallocateNull(size, False)):
        assert may_fail(definitions(make(ordinary_bytes))[0]) is False
        assert may_fail(definitions(make(ordinary_bytes + 1))[0]) is True
    assert may_fail(definitions(Allocate(1, False), Reallocate(0, ordinary_bytes + 1, False, False))[1]) is True


def test_what_nothing_prescribes_is_left_out() -> None:
    only_free_null = [{"call": FREE, "arguments": {"Buffer": None}, "expect": {"status": "NERR_Success"}}]
    assert definitions(ReallocateNull(0, True)) == only_free_null
    assert definitions(Free(3, True), Reallocate(1, 8, False, True), Check(0), Disjoint()) == only_free_null


def test_reallocate_keeps_what_was_written_as_far_as_it_fits() -> None:
    checks = [step for step in definitions(Allocate(100, True), Reallocate(0, 40, False, True)) if "check" in step]
    assert [(step["check"], step["bytes"], step["pattern"]) for step in checks] == [("b", 40, 2), ("b", 40, 3)]
    grown = [step for step in definitions(Allocate(100, True), Reallocate(0, 400, True, False)) if "check" in step]
    assert [(step["check"], step["bytes"]) for step in grown] == [("a", 100)]


def test_a_variable_holds_the_sentinel_or_what_the_operation_says() -> None:
    steps = definitions(
        Allocate(8, False),
        Allocate(8, False, held=0),
        Allocate(8, False, held=1),
        AskSize(0, False, held=7),
        Reallocate(0, 9, aliased=False, write=False, held=2),
        Reallocate(0, 9, aliased=True, write=False, held=2),
    )
    said = [step.get("variable_holds", "sentinel") for step in steps if step["call"] != FREE]
    assert said == ["sentinel", None, "a", 7, "b", "sentinel"]


def test_shrinking_fills_a_variable_with_the_sentinel_where_what_it_holds_does_not_matter() -> None:
    def first_failing(candidates: Iterable[Sequence[Operation]]) -> int | None:
        fails = (any(isinstance(each, AskSize) and each.held == 0 for each in one) for one in candidates)
        return next((at for at, failing in enumerate(fails) if failing), None)

    failing = (Allocate(8, True, held=1), AskSize(0, True, held=0))
    assert shrink(failing, first_failing) == (AskSize(0, False, held=0),)
    kept = shrink((Allocate(8, False, held=1),), lambda each: next((at for at, one in enumerate(each) if one), None))
    assert kept == (Allocate(0, False),)


def test_no_more_buffers_live_than_there_are_variables() -> None:
    made = definitions(*[Allocate(1, False)] * 30)
    assert sum(step["call"] == ALLOCATE for step in made) == 26


@pytest.mark.parametrize("functions", [{ALLOCATE, FREE}, {FREE, REALLOCATE, SIZE}, set(FUNCTIONS)])
def test_random_sequences_call_all_functions_that_there_are_and_no_others(functions: set[str]) -> None:
    random = Random(1)
    called = {name for _ in range(200) for name in vector(*random_sequence(random, frozenset(functions))).functions}
    assert called == functions


# ---- what is made of a failure ----


def test_shrinking_leaves_only_what_makes_it_fail() -> None:
    def fails(sequence: Sequence[Operation]) -> bool:
        large = [at for at, each in enumerate(sequence) if isinstance(each, Allocate) and each.size > 4095]
        return any(isinstance(each, Free) for at in large for each in sequence[at:])

    random = Random(3)
    failing = next(each for _ in range(500) if fails(each := random_sequence(random, frozenset(FUNCTIONS))))
    smallest = shrink(failing, lambda candidates: next((at for at, each in enumerate(candidates) if fails(each)), None))
    assert smallest == (Allocate(4096, False), Free(0, False))


def result_of(vector: Vector, verdict: Verdict, steps: Sequence[Step] = (), flaky: bool = False) -> CaseResult:
    case = Case(vector.id, vector.title, "vector", vector.requirements, "inferred", ())
    return CaseResult(case, verdict, steps=tuple(steps), flaky=flaky)


class LavishLibrary:
    """Runs as a library would that touches all memory that it gives out, and needs too long for gigabytes of it."""

    def run(self, vectors: Sequence[Vector]) -> list[CaseResult]:
        results: list[CaseResult] = []
        for each in vectors:
            huge = next((at for at, step in enumerate(each.steps) if step.is_huge), None)
            if huge is not None:
                steps = [Step("", "NERR_Success (0)", {}, ())] * huge + [Step("", None, {}, ())]
                return [*results, result_of(each, Verdict.TIMEOUT, steps)]
            results.append(result_of(each, Verdict.PASS))
        return results


def test_a_huge_request_that_is_more_than_the_machine_can_spare_is_no_finding() -> None:
    search = Search(LavishLibrary(), frozenset(FUNCTIONS), 1, lambda *_: None)  # type: ignore[arg-type]
    assert search.run(Budget(300, float("inf"))) is None
    assert search.passed == 300


class PassingLibrary:
    """Passes everything, and remembers it."""

    def __init__(self) -> None:
        self.ran: list[Vector] = []

    def run(self, vectors: Sequence[Vector]) -> list[CaseResult]:
        self.ran += vectors
        return [result_of(each, Verdict.PASS) for each in vectors]


def test_a_seed_makes_the_same_sequences_each_time() -> None:
    def steps_of(seed: int) -> list[tuple[Any, ...]]:
        library: Any = PassingLibrary()
        Search(library, frozenset(FUNCTIONS), seed, lambda *_: None).run(Budget(50, float("inf")))
        return [each.steps for each in library.ran]

    assert len(steps_of(7)) == 50
    assert steps_of(7) == steps_of(7) != steps_of(8)


class CountingLibrary:
    """Runs as a library would whose 25th Allocate of a process fails."""

    def run(self, vectors: Sequence[Vector]) -> list[CaseResult]:
        results = []
        made = 0
        for each in vectors:
            made += self._allocations(each)
            if made >= 25:
                flaky = self._allocations(each) < 25
                return [*results, result_of(each, Verdict.FAIL, [Step("", "NERR_Success (0)", {}, ())], flaky)]
            results.append(result_of(each, Verdict.PASS))
        return results

    def _allocations(self, vector: Vector) -> int:
        return sum(step.definition.get("call") == ALLOCATE for step in vector.steps)


def test_a_failure_that_needs_what_went_before_is_found_in_one_vector() -> None:
    search = Search(CountingLibrary(), frozenset(FUNCTIONS), 1, lambda *_: None)  # type: ignore[arg-type]
    finding = search.run(Budget(1000, float("inf")))
    assert finding is not None and finding.result.flaky is False
    assert sum(step.definition.get("call") == ALLOCATE for step in finding.vector.steps) == 25


def test_the_requirement_is_that_of_the_step_that_failed_also_behind_steps_that_were_left_out() -> None:
    made = vector(Allocate(2**31, False), Allocate(0, False))
    refused = Step("huge", "ERROR_NOT_ENOUGH_MEMORY (8)", {}, ())
    failed = Step("zero", "ERROR_INVALID_PARAMETER (87)", {}, (Failure(made.requirements[0], "status", "", ""),))
    assert failing_requirement(made, result_of(made, Verdict.FAIL, [refused, failed])) == "allocate/zero-bytes"
    clobbered = Step("zero", "NERR_Success (0)", {}, (Failure("abi/calling-convention", "rbx", "", ""),))
    assert failing_requirement(made, result_of(made, Verdict.FAIL, [refused, clobbered])) == "abi/calling-convention"


# ---- end to end ----


def test_the_reference_survives_two_thousand_sequences(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["fuzz", "reference", "--seed", "20000217", "--examples", "2000"])
    output = capsys.readouterr().out
    assert (code, "2000 sequences of seed 20000217 passed" in output) == (ExitCode.OK, True), output


@pytest.mark.parametrize(
    ("fault", "requirement"),
    [
        ("allocate-gives-null-for-zero-bytes", "allocate/zero-bytes"),
        ("size-of-null-succeeds", "size/null-buffer"),
        ("misaligned-by-8", "allocate/aligned-natural"),
    ],
)
def test_a_fault_is_found_shrunk_to_at_most_four_steps_and_run_again(
    fault: str, requirement: str, compile_fault: Compile, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library, found, out = str(compile_fault(fault)), tmp_path / "found.json", str(tmp_path / "results")
    assert main(["fuzz", library, "--seed", "1", "--out", str(found)]) == ExitCode.NOT_CONFORMING
    results = capsys.readouterr().out
    (case,) = json.loads(found.read_text())["cases"]
    assert case["requirements"][0].startswith(requirement), results
    assert len(case["steps"]) <= 4, results
    assert f"--vectors {found} --select {case['id']}" in results
    again = ["--vectors", str(found), "--select", case["id"], "--out", out]
    assert main(["run", library, *again]) == ExitCode.NOT_CONFORMING
    assert main(["run", "reference", *again]) == ExitCode.OK
    header = stream.read(results_below(tmp_path / "results" / "reference")).header
    assert header.environment["vectors"].startswith("found.json sha256 ")


@pytest.mark.parametrize(
    ("fault", "verdict"), [("CRASH", "crash"), ("EXIT", "crash"), ("HANG", "timeout"), ("FLAKY", "crash, flaky")]
)
def test_what_happens_to_the_process_is_a_finding(
    fault: str,
    verdict: str,
    compile_library: Compile,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("APIBUF_TEST_FILE", str(tmp_path / "file"))
    words = ["--seed", "1", "--timeout", "0.3", "--out", str(tmp_path / "found.json")]
    assert main(["fuzz", str(compile_library(fault)), *words]) == ExitCode.NOT_CONFORMING
    assert f": {verdict}\n" in capsys.readouterr().out


def test_a_library_without_free_has_no_sequences(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library = tmp_path / "libsize.so"
    source = "unsigned NetApiBufferSize(void* b, unsigned* n) { (void)b; (void)n; return 87; }"
    command = ["gcc", "-shared", "-fPIC", "-x", "c", "-", "-o", str(library)]
    subprocess.run(command, input=source, text=True, check=True)
    assert main(["fuzz", str(library)]) == ExitCode.CANNOT_RUN
    assert "does not export NetApiBufferFree" in capsys.readouterr().err


def test_an_interrupted_search_tells_what_was_done_and_is_incomplete(tmp_path: Path) -> None:
    command = [LAUNCHER, "fuzz", "reference", "--time", "60"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while "running" not in (line := process.stderr.readline()):
            assert line, "the run ended before its first case"
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=20)
    assert (process.returncode, "interrupted" in output) == (ExitCode.INCOMPLETE, True), output
    assert list(tmp_path.iterdir()) == []


# ---- run --vectors ----


def one_case(**changes: Any) -> Any:
    made = document((vector(FreeNull()),))
    made["cases"][0] |= changes
    return made


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "cannot be read"),
        ("{", "is not JSON"),
        ("[]", "is not a vector file"),
        (json.dumps(one_case()).replace('"id": ', '"id": "fuzz/other", "id": '), 'has the member "id" twice'),
        (json.dumps(one_case(id="Fuzz/some")), "is not a vector file"),
        (json.dumps(one_case(requirements=["free/nothing"])), "names no requirement"),
        (json.dumps(one_case(id="free/null-once")), "two cases are called"),
        (json.dumps(one_case(steps=[{"call": SIZE, "arguments": {}, "expect": {"status": "NERR_Success"}}])), "not"),
    ],
)
def test_a_bad_vector_file_is_told_in_one_sentence(
    text: str | None, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "vectors.json"
    if text is not None:
        file.write_text(text)
    assert main(["run", "--vectors", str(file), "--out", str(tmp_path)]) == ExitCode.BAD_INPUT
    message = capsys.readouterr().err
    assert (message.count("\n"), says in message) == (1, True), message


PLAIN = json.dumps(one_case(id="fuzz/some", title=r'Brackets ]}[{, a quote " and a backslash \\'))


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        json.dumps(json.loads(PLAIN), indent="\t").replace("\n", "\r\n"),
        PLAIN.replace('"id"', r'"\u0069d"').replace('"cases"', r'"c\u0061ses"').replace('"notes"', r'"n\u006ftes"'),
        "\ufeff" + PLAIN,
    ],
    ids=["in one line", "indented by tabs", "escapes in names", "byte order mark"],
)
def test_a_vector_file_may_be_any_json(text: str, tmp_path: Path) -> None:
    file = tmp_path / "vectors.json"
    file.write_text(text, encoding="utf-8", newline="")
    assert main(["run", "--vectors", str(file), "--select", "fuzz/*", "--out", str(tmp_path)]) == ExitCode.OK
    results = stream.read(results_below(tmp_path / "reference"))
    assert [(case.id, case.verdict) for case in results.cases] == [("fuzz/some", stream.Verdict.PASS)]


def test_several_vector_files_are_run_side_by_side(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("one.json", "two.json")]
    for number, file in enumerate(files):
        file.write_text(json.dumps(one_case(id=f"fuzz/some-{number}")))
    words = [word for file in files for word in ("--vectors", str(file))]
    assert main(["run", *words, "--select", "fuzz/*", "--out", str(tmp_path)]) == ExitCode.OK
    results = stream.read(results_below(tmp_path / "reference"))
    assert [case.id for case in results.cases] == ["fuzz/some-0", "fuzz/some-1"]


@pytest.mark.parametrize(
    ("fault", "seed", "most_steps"),
    [
        ("size-is-one-less", 1848088517, 2),
        ("size-is-that-before-a-shrink", 1848088517, 5),
        ("zero-sized-buffers-are-counted-when-freed", 1848088517, 6),
    ],
)
def test_a_finding_has_no_steps_that_have_nothing_to_do_with_it(
    tmp_path: Path,
    compile_fault: Callable[[str], Path],
    capsys: pytest.CaptureFixture[str],
    fault: str,
    seed: int,
    most_steps: int,
) -> None:
    arguments = ["fuzz", str(compile_fault(fault)), "--seed", str(seed), "--out", str(tmp_path / "found.json")]
    assert main(arguments) == ExitCode.NOT_CONFORMING
    steps = [line for line in capsys.readouterr().out.splitlines() if line.strip().startswith("step ")]
    assert 0 < len(steps) <= most_steps, steps


def test_operations_that_are_only_needed_together_are_left_out_together() -> None:
    pair = (Allocate(1, False), Free(0, False))
    kept = Allocate(5, False)

    def first_failing(candidates: Iterable[Sequence[Operation]]) -> int | None:
        tried = enumerate(candidates)
        fails = (place for place, each in tried if kept in each and len([one for one in each if one in pair]) in (0, 2))
        return next(fails, None)

    assert shrink((pair[0], kept, pair[1]), first_failing) == (kept,)


def test_what_a_library_lacks_is_reported_as_not_tried(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, library = tmp_path / "half.c", tmp_path / "libhalf.so"
    source.write_text(
        "#include <stdlib.h>\n"
        "unsigned NetApiBufferAllocate(unsigned n, void** p) {\n"
        "  if (p == NULL) return 87;\n  *p = malloc(n + 1ul);\n  return *p != NULL ? 0 : 8;\n}\n"
        "unsigned NetApiBufferFree(void* p) { free(p); return 0; }\n"
    )
    subprocess.run(["gcc", "-shared", "-fPIC", source, "-o", library], check=True)
    assert main(["fuzz", str(library), "--seed", "1", "--examples", "20"]) == ExitCode.OK
    output = capsys.readouterr().out
    assert "not tried, since the library does not export it: NetApiBufferReallocate, NetApiBufferSize\n" in output
