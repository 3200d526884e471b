"""Each rule of lint.py is shown a minimal file that breaks it."""

from __future__ import annotations

import copy
import importlib.util
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

VECTORS = Path(__file__).parent.parent
Json = dict[str, Any]

specification = importlib.util.spec_from_file_location("vectors_lint", VECTORS / "lint.py")
assert specification is not None and specification.loader is not None
lint = importlib.util.module_from_spec(specification)
sys.modules["vectors_lint"] = lint
specification.loader.exec_module(lint)

ALLOCATE: Json = {
    "call": "NetApiBufferAllocate",
    "arguments": {"ByteCount": 16, "Buffer": "a"},
    "expect": {"status": "NERR_Success", "Buffer": "buffer"},
}
TRY_ALLOCATE: Json = {
    **ALLOCATE,
    "expect": {"any_of": [{"status": "NERR_Success", "Buffer": "buffer"}, {"status": {"not": "NERR_Success"}}]},
}
FREE: Json = {"call": "NetApiBufferFree", "arguments": {"Buffer": "a"}, "expect": {"status": "NERR_Success"}}
FREE_IF_HELD: Json = {**FREE, "only_if": {"holds_buffer": "a"}}
DOUBLE_FREE: Json = {
    "call": "NetApiBufferFree",
    "arguments": {"Buffer": {"freed": "a"}},
    "observe": {"status": "status"},
}
FILL: Json = {"fill": "a", "bytes": 16, "pattern": 1}


def reallocate(new: str, expect: Json, size: int = 32) -> Json:
    """A call that reallocates `a` into the variable `new`."""
    arguments = {"OldBuffer": "a", "NewByteCount": size, "NewBuffer": new}
    return {"call": "NetApiBufferReallocate", "arguments": arguments, "expect": expect}


SUCCEEDS: Json = {"status": "NERR_Success"}
EITHER: Json = {"any_of": [SUCCEEDS, {"status": {"not": "NERR_Success"}}]}


class Folder:
    """A small folder of vectors in which everything is right, until a test changes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.catalogue: Json | None = None
        self.requirements = [
            {"id": "allocate/succeeds", "statement": "It succeeds", "evidence": "documented", "source": "its page"},
            {"id": "allocate/open", "statement": "What then?", "evidence": "unknown", "source": "none"},
        ]
        self.retired: list[Json] = []
        self.cases = [
            self.case("allocate/one", "allocate/succeeds", ALLOCATE, FREE),
            self.case("allocate/two", "allocate/open", ALLOCATE, FREE),
        ]
        self.notes: Json = {}
        shutil.copytree(VECTORS / "schemas", path / "schemas")

    @staticmethod
    def case(id: str, requirement: str, *steps: Json, **members: Any) -> Json:
        """A case of the given steps."""
        whole = {"id": id, "requirements": [requirement], "title": "It works", "steps": list(steps), **members}
        return copy.deepcopy(whole)

    def steps(self, *steps: Json, **members: Any) -> None:
        """Replaces the steps of the first case, which is judged."""
        self.cases[0] = self.case("allocate/one", "allocate/succeeds", *steps, **members)

    def observes(self, *steps: Json, **members: Any) -> None:
        """Replaces the steps of the second case, which is an observation."""
        self.cases[1] = self.case("allocate/two", "allocate/open", *steps, **members)

    def write(self, name: str, document: Json) -> None:
        (self.path / name).write_text(json.dumps(document), encoding="utf-8")

    def complete(self, catalogue: Json) -> None:
        """Gives the cases of a catalogue what most tests do not care for, as a worker would."""
        evidence = {entry["id"]: entry["evidence"] for entry in self.requirements}
        for case in catalogue.get("cases", []) if isinstance(catalogue.get("cases"), list) else []:
            if "requirements" in case:
                known = [evidence[id] for id in case["requirements"] if id in evidence]
                case.setdefault("relies_on", [])
                case.setdefault("evidence", max(known, key=lint.EVIDENCE.index, default="documented"))

    def run(self, *arguments: str) -> int:
        """Writes the folder and runs the lint over it."""
        self.write("requirements.json", {"format": 1, "requirements": self.requirements})
        self.write("retired.json", {"format": 1, "retired": self.retired})
        self.write("allocate.json", {"format": 1, "notes": self.notes, "cases": self.cases})
        if self.catalogue is not None:
            self.complete(self.catalogue)
            self.write("schemas/catalogue", self.catalogue)
            arguments += ("--catalogue", str(self.path / "schemas" / "catalogue"))
        return lint.main(arguments, self.path)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def finds(folder: Folder, capsys: pytest.CaptureFixture[str], *words: str) -> None:
    """Exactly one finding, with these words in it; `--update` writes nothing then."""
    before = (folder.path / "coverage.md").read_bytes() if (folder.path / "coverage.md").exists() else None
    assert folder.run("--update") == 1
    (line,) = capsys.readouterr().out.splitlines()
    for word in words:
        assert word in line
    after = (folder.path / "coverage.md").read_bytes() if (folder.path / "coverage.md").exists() else None
    assert before == after


# The whole


def test_the_published_vectors_are_clean() -> None:
    assert lint.main([]) == 0


def test_a_folder_where_everything_is_right_has_no_findings(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert folder.run("--update") == 0
    assert folder.run() == 0
    assert capsys.readouterr().out == ""


def test_coverage_that_is_stale_is_found_and_update_mends_it(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert folder.run() == 1
    assert "coverage.md: the file: it is stale; run vectors/lint.py --update." in capsys.readouterr().out
    assert folder.run("--update") == 0
    coverage = (folder.path / "coverage.md").read_text(encoding="utf-8")
    assert "| `allocate/succeeds` | documented | 1 | `allocate/one` |" in coverage


@pytest.mark.parametrize("text", ["{", "[]", "\xff"])
def test_a_file_that_is_not_a_json_object_is_an_input_error(
    folder: Folder, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    folder.run()
    (folder.path / "allocate.json").write_bytes(text.encode("latin-1"))
    capsys.readouterr()
    assert lint.main([], folder.path) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "allocate.json" in line


@pytest.mark.parametrize("catalogue", [{}, {"cases": 3}, {"cases": [{"kind": "property"}]}])
def test_a_file_that_is_no_catalogue_is_an_input_error(
    folder: Folder, capsys: pytest.CaptureFixture[str], catalogue: Json
) -> None:
    folder.catalogue = catalogue
    assert folder.run() == 2
    assert "apibuf-worker --catalogue" in capsys.readouterr().err


def test_a_missing_catalogue_is_an_input_error(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert folder.run("--catalogue", str(folder.path / "none")) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_wrong_usage_exits_with_2(folder: Folder) -> None:
    with pytest.raises(SystemExit) as exit:
        folder.run("--unknown")
    assert exit.value.code == 2


# Schemas, ids, requirements, notes


def test_a_violated_schema_is_found(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.cases[0]["colour"] = "red"
    finds(folder, capsys, "allocate.json", "allocate/one", "colour", "cases.schema.json")


def test_a_requirement_that_windows_is_said_to_show_without_a_published_test_is_found(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.requirements[0]["evidence"] = "windows"
    finds(folder, capsys, "requirements.json", "allocate/succeeds", "published_tests", "requirements.schema.json")


def test_a_requirement_that_nothing_shows_is_found_with_a_catalogue(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.requirements[0] |= {"id": "allocate/new"}
    folder.cases = folder.cases[1:]
    assert folder.run("--update") == 0
    folder.catalogue = {"cases": []}
    finds(folder, capsys, "requirements.json", "allocate/new", "no case names it")


def test_a_property_covers_its_requirement_and_is_remembered_without_the_catalogue(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.cases = folder.cases[1:]
    property_case = {"id": "allocate/many", "kind": "property", "requirements": ["allocate/succeeds"]}
    folder.catalogue = {"cases": [property_case, {"id": "x/y", "kind": "vector", "requirements": []}]}
    assert folder.run("--update") == 0
    assert "`allocate/many` (property)" in (folder.path / "coverage.md").read_text(encoding="utf-8")
    folder.catalogue = None
    assert folder.run() == 0
    folder.catalogue = {"cases": []}
    folder.requirements[0]["not_covered"] = "too hard"
    finds(folder, capsys, "coverage.md", "allocate/many", "gone")


def test_the_catalogue_s_order_of_properties_does_not_make_coverage_stale(folder: Folder) -> None:
    both = ["allocate/succeeds", "allocate/open"]
    folder.catalogue = {
        "cases": [
            {"id": "allocate/z", "kind": "property", "requirements": both},
            {"id": "allocate/y", "kind": "property", "requirements": both[:1]},
            {"id": "allocate/x", "kind": "property", "requirements": both[1:]},
        ]
    }
    assert folder.run("--update") == 0
    folder.catalogue["cases"].reverse()
    assert folder.run() == 0
    folder.catalogue = None
    assert folder.run() == 0


def test_a_property_of_an_unknown_requirement_is_found(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.catalogue = {"cases": [{"id": "allocate/many", "kind": "property", "requirements": ["allocate/nothing"]}]}
    finds(folder, capsys, "the catalogue", "allocate/many", "allocate/nothing")


def test_not_covered_where_a_case_exists_is_found(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.requirements[0]["not_covered"] = "too hard"
    finds(folder, capsys, "requirements.json", "allocate/succeeds", "allocate/one", "remove not_covered")


def test_a_case_of_an_unknown_requirement_is_found(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.cases[0]["requirements"].append("allocate/nothing")
    finds(folder, capsys, "allocate.json", "allocate/one", "allocate/nothing")


def test_a_case_id_used_twice_is_found(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.cases[1]["id"] = "allocate/one"
    finds(folder, capsys, "allocate.json", "allocate/one", "used 2 times")


def test_a_requirement_id_used_twice_is_found(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.requirements.append(dict(folder.requirements[0]))
    finds(folder, capsys, "requirements.json", "allocate/succeeds", "used 2 times")


def test_a_vector_and_a_property_of_one_id_are_found(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.catalogue = {"cases": [{"id": "allocate/one", "kind": "property", "requirements": ["allocate/succeeds"]}]}
    finds(folder, capsys, "the catalogue", "allocate/one", "used 2 times")


def test_a_retired_id_used_again_is_found(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.retired.append({"id": "allocate/one", "reason": "it was wrong"})
    finds(folder, capsys, "allocate.json", "allocate/one", "retired")


def test_a_published_id_that_is_gone_is_found_until_it_is_retired(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert folder.run("--update") == 0
    folder.cases[0]["id"] = "allocate/renamed"
    finds(folder, capsys, "coverage.md", "allocate/one", "retired.json")
    folder.retired.append({"id": "allocate/one", "reason": "it was wrong"})
    assert folder.run("--update") == 0


def test_a_case_in_the_file_of_another_function_is_found(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.cases[0]["id"] = "free/one"
    finds(folder, capsys, "allocate.json", "free/one", "group")


def test_an_undefined_note_is_found(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.cases[0]["notes"] = ["why"]
    finds(folder, capsys, "allocate/one", "why", "not defined")


def test_an_unused_note_is_found(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.notes["why"] = {"effect": "It hurts."}
    finds(folder, capsys, "allocate.json: why", "no case names this note")


# Calls


@pytest.mark.parametrize("arguments", [{"ByteCount": 16}, {"ByteCount": 16, "Buffer": "a", "OldBuffer": "a"}])
def test_arguments_that_are_not_exactly_the_parameters_are_found(
    folder: Folder, capsys: pytest.CaptureFixture[str], arguments: Json
) -> None:
    folder.steps({**ALLOCATE, "arguments": arguments}, FREE)
    finds(folder, capsys, "allocate/one", "not exactly its parameters")


def test_an_argument_of_the_wrong_kind_is_found(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.steps({**ALLOCATE, "arguments": {"ByteCount": None, "Buffer": "a"}}, FREE)
    finds(folder, capsys, "allocate/one", "ByteCount of NetApiBufferAllocate cannot be null")


@pytest.mark.parametrize("members", [{"expect": {**SUCCEEDS, "Buffer": "null"}}, {"observe": {"moved": "address"}}])
def test_a_result_that_the_function_does_not_have_is_found(
    folder: Folder, capsys: pytest.CaptureFixture[str], members: Json
) -> None:
    folder.steps(ALLOCATE, {**FREE, **members})
    finds(folder, capsys, "allocate/one", "NetApiBufferFree has no")


# Misuse


def test_misuse_in_a_judged_case_is_found(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.steps(ALLOCATE, FREE, DOUBLE_FREE, alone=True)
    finds(folder, capsys, "allocate/one", "judges")


def test_misuse_that_is_not_alone_is_found(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.observes(ALLOCATE, FREE, DOUBLE_FREE)
    finds(folder, capsys, "allocate/two", '"alone": true')


def test_misuse_that_is_observed_alone_is_right(folder: Folder) -> None:
    folder.observes(ALLOCATE, FREE, DOUBLE_FREE, alone=True)
    assert folder.run("--update") == 0


def test_a_live_buffer_passed_as_freed_is_found(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.observes(ALLOCATE, DOUBLE_FREE, FREE, alone=True)
    finds(folder, capsys, "allocate/two", "as freed, which was not")


def test_a_buffer_is_in_doubt_after_an_address_inside_it_was_freed(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    inside = {**DOUBLE_FREE, "arguments": {"Buffer": {"inside": "a", "offset": 8}}}
    folder.observes(ALLOCATE, inside, alone=True)
    finds(folder, capsys, "allocate/two", "a buffer that may be gone")
    folder.observes(ALLOCATE, inside, alone=True, abandons=["a"])
    assert folder.run("--update") == 0


# Variables


def test_a_buffer_left_live_is_found(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.steps(ALLOCATE)
    finds(folder, capsys, "allocate/one", "ends while a holds a live buffer")


def test_a_buffer_that_a_call_may_have_given_must_be_freed_too(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.steps(TRY_ALLOCATE)
    finds(folder, capsys, "allocate/one", "only if a call succeeded")


def test_a_buffer_that_a_call_may_have_given_is_settled_by_only_if(folder: Folder) -> None:
    folder.steps(TRY_ALLOCATE, {**FILL, "only_if": {"holds_buffer": "a"}}, FREE_IF_HELD)
    assert folder.run("--update") == 0


@pytest.mark.parametrize("use", [FREE, FILL])
def test_a_buffer_that_may_be_missing_used_without_only_if_is_found(
    folder: Folder, capsys: pytest.CaptureFixture[str], use: Json
) -> None:
    folder.steps(TRY_ALLOCATE, use, FREE_IF_HELD) if use is FILL else folder.steps(TRY_ALLOCATE, use)
    finds(folder, capsys, "allocate/one", "it uses a, which holds a live buffer only if")


def test_abandoning_what_is_not_live_is_found(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.steps(ALLOCATE, FREE, abandons=["a"])
    finds(folder, capsys, "allocate/one", "it abandons a, which holds nothing")


def test_abandoning_a_live_buffer_is_right(folder: Folder) -> None:
    folder.steps(ALLOCATE, abandons=["a"])
    assert folder.run("--update") == 0


def test_a_pointer_that_holds_nothing_is_found(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.steps(ALLOCATE, FREE, FILL)
    finds(folder, capsys, "allocate/one", "it uses a, which holds nothing")


def test_a_size_that_holds_nothing_is_found(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.steps(ALLOCATE, {**FILL, "bytes": "n"}, FREE)
    finds(folder, capsys, "allocate/one", "the 32-bit variable n holds nothing")


def test_only_if_of_a_variable_that_no_call_stored_to_is_found(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.steps(ALLOCATE, {**FREE, "only_if": {"holds_buffer": "b"}}, abandons=["a"])
    finds(folder, capsys, "allocate/one", "only_if asks for b, which holds nothing")


def test_storing_over_a_live_buffer_is_found(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.steps(ALLOCATE, ALLOCATE, FREE)
    finds(folder, capsys, "allocate/one", "a call stores to a, which holds a live buffer")


def test_reallocate_takes_the_old_buffer(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.steps(ALLOCATE, reallocate("b", SUCCEEDS), FREE, abandons=["b"])
    finds(folder, capsys, "allocate/one", "it uses a, which holds nothing")


def test_reallocate_to_zero_bytes_leaves_null_which_may_be_freed_but_not_filled(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.steps(ALLOCATE, reallocate("a", SUCCEEDS, 0), FREE)
    assert folder.run("--update") == 0
    folder.steps(ALLOCATE, reallocate("a", SUCCEEDS, 0), FILL)
    finds(folder, capsys, "allocate/one", "it uses a, which holds NULL")


def test_the_old_buffer_is_in_doubt_where_reallocate_may_fail(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    free_new = {**FREE, "arguments": {"Buffer": "b"}, "only_if": {"holds_buffer": "b"}}
    folder.steps(ALLOCATE, reallocate("b", EITHER), free_new)
    finds(folder, capsys, "allocate/one", "the case ends while a holds a buffer that may be gone")
    folder.steps(ALLOCATE, reallocate("b", EITHER), free_new, abandons=["a"])
    assert folder.run("--update") == 0


def test_what_reallocate_through_one_variable_left_may_be_freed_but_not_filled(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.steps(ALLOCATE, reallocate("a", EITHER), FREE)
    assert folder.run("--update") == 0
    folder.steps(ALLOCATE, reallocate("a", EITHER), FILL, FREE)
    finds(folder, capsys, "allocate/one", "what a Reallocate through one variable left")


def test_a_free_under_the_condition_of_another_buffer_settles_nothing(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    other = {**TRY_ALLOCATE, "arguments": {"ByteCount": 16, "Buffer": "b"}}
    free_other = {**FREE, "arguments": {"Buffer": "b"}, "only_if": {"holds_buffer": "b"}}
    folder.steps(ALLOCATE, other, {**FREE, "only_if": {"holds_buffer": "b"}}, free_other)
    finds(folder, capsys, "allocate/one", "the case ends while a holds a buffer that may be gone")


@pytest.mark.parametrize(
    ("step", "told"),
    [
        pytest.param({**ALLOCATE, "variable_holds": 0}, "no variable", id="a number in a pointer variable"),
        pytest.param({**FREE, "variable_holds": None}, "no variable", id="a call that stores nothing"),
        pytest.param({**ALLOCATE, "variable_holds": "c"}, "c, which holds nothing", id="a buffer that is not there"),
    ],
)
def test_what_a_variable_cannot_hold_before_a_call_is_found(
    folder: Folder, capsys: pytest.CaptureFixture[str], step: Json, told: str
) -> None:
    folder.cases[0]["steps"] = [step, FREE] if "ByteCount" in step["arguments"] else [ALLOCATE, step]
    finds(folder, capsys, "allocate.json", "allocate/one", told)


def test_a_variable_may_hold_null_or_a_live_buffer_before_a_call(folder: Folder) -> None:
    other = {**ALLOCATE, "arguments": {**ALLOCATE["arguments"], "Buffer": "b"}, "variable_holds": "a"}
    free_other = {**FREE, "arguments": {"Buffer": "b"}}
    folder.cases[0]["steps"] = [{**ALLOCATE, "variable_holds": None}, other, FREE, free_other]
    assert folder.run("--update") == 0


# Judging


OBSERVED_ALLOCATE: Json = {
    "call": "NetApiBufferAllocate",
    "arguments": {"ByteCount": 16, "Buffer": None},
    "observe": {"status": "status"},
}


def test_a_judged_case_must_judge_something(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.steps(OBSERVED_ALLOCATE)
    finds(folder, capsys, "allocate/one", "no step of it judges anything")


def test_a_guard_of_the_call_path_judges_only_what_it_looks_at(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.requirements[0]["id"] = "size/writes-32-bits"
    folder.cases[0] = folder.case("allocate/one", "size/writes-32-bits", OBSERVED_ALLOCATE)
    finds(folder, capsys, "allocate/one", "no step of it judges anything")


def test_a_case_about_a_guard_needs_no_other_judgement(folder: Folder) -> None:
    folder.requirements[0]["id"] = "abi/calling-convention"
    folder.cases[0] = folder.case("allocate/one", "abi/calling-convention", OBSERVED_ALLOCATE)
    assert folder.run("--update") == 0


def test_a_call_that_may_fail_judges_nothing_by_its_status(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.steps({**OBSERVED_ALLOCATE, "expect": SUCCEEDS, "may_fail": True})
    finds(folder, capsys, "allocate/one", "no step of it judges anything")


def test_only_a_call_that_is_to_succeed_may_fail(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.steps({**TRY_ALLOCATE, "may_fail": True}, FREE_IF_HELD)
    finds(folder, capsys, "allocate/one", "may_fail")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param(
            {"relies_on": ["allocate/none"]}, "relies on the unknown requirement", id="relies on nothing known"
        ),
        pytest.param(
            {"relies_on": ["allocate/open"]}, "in spite of what it relies on", id="evidence is not the weakest"
        ),
    ],
)
def test_the_catalogue_s_evidence_counts_what_a_case_relies_on(
    folder: Folder, capsys: pytest.CaptureFixture[str], changes: Json, words: str
) -> None:
    folder.catalogue = {
        "cases": [
            {
                "id": "allocate/one",
                "kind": "vector",
                "requirements": ["allocate/succeeds"],
                "relies_on": [],
                "evidence": "documented",
            }
            | changes
        ]
    }
    finds(folder, capsys, "allocate/one", words)


# functions.json


@pytest.mark.parametrize(
    "place",
    [
        ("function", "enum"),
        ("status_name", "enum"),
        ("call_step", "properties", "arguments", "properties"),
        ("call_step", "properties", "observe", "additionalProperties", "enum"),
        ("outcome", "properties"),
    ],
)
def test_the_schema_of_cases_has_the_names_of_functions_json(
    folder: Folder, capsys: pytest.CaptureFixture[str], place: tuple[str, ...]
) -> None:
    schema = json.loads((folder.path / "schemas" / "cases.schema.json").read_text())
    names = schema["$defs"]
    for key in place:
        names = names[key]
    if isinstance(names, list):
        names.append("New")
    else:
        names["New"] = {}
    folder.write("schemas/cases.schema.json", schema)
    finds(folder, capsys, "schemas/cases.schema.json", place[0], "New", "functions.json")


def test_a_functions_json_that_breaks_its_schema_is_found(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    functions = json.loads((VECTORS / "functions.json").read_text())
    functions["functions"][0]["parameters"][0]["type"] = "QWORD"
    folder.write("functions.json", functions)
    finds(folder, capsys, "functions.json", "QWORD", "schemas/functions.schema.json")
