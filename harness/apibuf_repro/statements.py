"""The steps of a case as C statements. They use what program.c.j2 declares. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from apibuf_common import project

Definition = Mapping[str, Any]

_DATA = json.loads((project.ROOT / "vectors" / "functions.json").read_text(encoding="utf-8"))
PROTOTYPES: dict[str, dict[str, str]] = {
    function["name"]: {parameter["name"]: parameter["type"] for parameter in function["parameters"]}
    for function in _DATA["functions"]
}
"""Of each function the types of its parameters, by name."""
STATUSES: dict[str, int] = _DATA["statuses"]


def _parameter_of_type(wanted: str) -> dict[str, str]:
    return {
        function: name
        for function, parameters in PROTOTYPES.items()
        for name, type_ in parameters.items()
        if type_ == wanted
    }


OUT_POINTER = _parameter_of_type("LPVOID *")
OUT_NUMBER = _parameter_of_type("DWORD *")
TAKEN = {"NetApiBufferFree": "Buffer", "NetApiBufferReallocate": "OldBuffer"}
ARGUMENT_BYTES_I686 = {name: 4 * len(parameters) for name, parameters in PROTOTYPES.items()}
CONTENTS = {"buffer": "A_BUFFER", "null": "A_NULL", "unchanged": "UNCHANGED"}
CONTENT_TEXTS = {"buffer": "a buffer", "null": "null", "unchanged": "unchanged"}
FOREIGN = {
    "stack": "stack_memory + 64",
    "static": "static_memory + 64",
    "heap": "heap_memory",
    "unmapped": "(void *)4096",
}

# ASCII that means itself in a string literal; two question marks may begin a trigraph.
PLAIN = frozenset(range(0x20, 0x7F)) - frozenset(b'"\\?')


@dataclass(frozen=True)
class ProgramStep:
    """One step: its number from 1, the text that describes it, and its statements."""

    number: int
    text: str
    statements: tuple[str, ...]


def steps_of(definition: Definition, texts: Sequence[str], has_last_error: bool) -> tuple[ProgramStep, ...]:
    """The steps of a vector case, whose texts are those of the catalogue."""
    conditional = {step["only_if"]["holds_buffer"] for step in definition["steps"] if "only_if" in step}
    return tuple(
        ProgramStep(number, text, tuple(_statements(step, number, text, conditional, has_last_error)))
        for number, (step, text) in enumerate(zip(definition["steps"], texts, strict=True), start=1)
    )


def holders_of(definition: Definition) -> tuple[str, ...]:
    """The variables of which some step must know whether they hold a buffer."""
    return tuple(sorted({step["only_if"]["holds_buffer"] for step in definition["steps"] if "only_if" in step}))


def variables_of(definition: Definition) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The pointer variables and the 32-bit ones, each in the order of the alphabet."""
    pointers, numbers = set(), set()
    for step in definition["steps"]:
        arguments, function = step.get("arguments", {}), step.get("call", "")
        pointer, number = arguments.get(OUT_POINTER.get(function, "")), arguments.get(OUT_NUMBER.get(function, ""))
        pointers |= {pointer} if pointer else set()
        numbers |= {number} if number else set()
    return tuple(sorted(pointers)), tuple(sorted(numbers))


def functions_of(definition: Definition, library: str | None) -> tuple[str, ...]:
    """The functions that are called from one of the libraries (None: the one under test), each once."""
    calls = (step for step in definition["steps"] if "call" in step and step.get("library") == library)
    return tuple(dict.fromkeys(step["call"] for step in calls))


def _statements(
    step: Definition, number: int, text: str, conditional: Iterable[str], has_last_error: bool
) -> Iterator[str]:
    yield f"begin({number}, {quoted(text)});"
    if "call" in step:
        yield from _call(step, conditional, has_last_error)
    elif "fill" in step:
        yield f"fill({step['fill']}.value, {_range(step)}, {step['pattern']});"
    elif "check" in step:
        yield f"check({step['check']}.value, {_range(step)}, {step['pattern']});"
    elif "inspect" in step:
        yield f"observe({quoted(step['as'])}, look({step['inspect']}.value, {_range(step)}));"
    elif "aligned" in step:
        unit = "2 * sizeof(void *)" if step["to"] == "natural" else step["to"]
        yield f"remainder = (unsigned long)((uintptr_t){step['aligned']}.value % ({unit}));"
        yield _expect("remainder == 0", "address modulo the alignment", "0", "number_text(remainder)")
    elif "disjoint" in step:
        yield from _disjoint(step["disjoint"])
    else:
        yield from _exported(step["exported"])


# ---- calls ----


def _call(step: Definition, conditional: Iterable[str], has_last_error: bool) -> Iterator[str]:
    function, arguments = step["call"], step["arguments"]
    pointer, number = arguments.get(OUT_POINTER.get(function, "")), arguments.get(OUT_NUMBER.get(function, ""))
    asks_last_error = has_last_error and "last_error" in json.dumps([step.get("expect"), step.get("observe")])
    aliased = pointer is not None and arguments.get("OldBuffer") == pointer
    after = list(_after_the_call(step, pointer, number, conditional, has_last_error))
    if pointer and not aliased:
        yield f"{pointer} = untouched_pointer;"
    if number:
        yield f"{number} = untouched_number;"
    if "variable_holds" in step:
        yield f"{pointer or number}.value = {_held(step['variable_holds'])};"
    asks_content = any("content" in statement for statement in after)
    if asks_content:
        yield f"before = {pointer}.value;"
    if "address" in step.get("observe", {}).values():
        yield f"old_buffer = {_in_pointer(arguments['OldBuffer'])};"
    if asks_last_error:
        yield "SetLastError(LAST_ERROR_BEFORE);"
    prefix = "netutils_" if "library" in step else ""
    listed = ", ".join(_argument(function, name, arguments[name]) for name in PROTOTYPES[function])
    yield f"status = {prefix}{function}({listed});"
    if asks_last_error:
        yield "last_error = GetLastError();"
    if asks_content:
        yield f"content = content_of(&{pointer}, before, status);"
    yield from after


def _after_the_call(
    step: Definition, pointer: str | None, number: str | None, conditional: Iterable[str], has_last_error: bool
) -> Iterator[str]:
    yield from _ownership(step["call"], step["arguments"], pointer, conditional)
    if pointer:
        yield f"expect_only_the_pointer_stored(&{pointer});"
    if number:
        yield f"expect_only_the_number_stored(&{number});"
    for name, what in step.get("observe", {}).items():
        yield f"observe({quoted(name)}, {_observed(what, step['arguments'], pointer, number, has_last_error)});"
    if step.get("may_fail"):
        yield f'if (status != NERR_Success) could_not_run({quoted(step["call"])}, "is refused, so the case ends here");'
    if "expect" in step:
        yield from _expectations(step["expect"], number, step.get("variable_holds"))


def _ownership(
    function: str, arguments: Mapping[str, Any], pointer: str | None, conditional: Iterable[str]
) -> Iterator[str]:
    taken = arguments.get(TAKEN.get(function, ""))
    if isinstance(taken, str) and taken in conditional and taken != pointer:
        yield f"if (status == NERR_Success) {taken}_holds_buffer = false;"
    if pointer is not None and pointer in conditional:
        yield f"{pointer}_holds_buffer = status == NERR_Success && content == A_BUFFER;"


def _argument(function: str, name: str, value: Any) -> str:
    if name in (OUT_POINTER.get(function), OUT_NUMBER.get(function)):
        return "NULL" if value is None else f"&{value}.value"
    if name in ("ByteCount", "NewByteCount"):
        return _amount(value)
    return _in_pointer(value)


def _in_pointer(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return f"{value}.value"
    if "freed" in value:
        return f"{value['freed']}.value"
    if "inside" in value:
        return f"(char *){value['inside']}.value + {value['offset']}"
    return FOREIGN[value["foreign"]]


def _held(value: int | str | None) -> str:
    return _amount(value) if isinstance(value, int) else _in_pointer(value)


def _observed(
    what: str, arguments: Mapping[str, Any], pointer: str | None, number: str | None, has_last_error: bool
) -> str:
    if what == "status":
        return "status_text(status)"
    if what == "last_error":
        kept = 'last_error == LAST_ERROR_BEFORE ? "unchanged" : number_text(last_error)'
        return kept if has_last_error else '"this platform has none"'
    if what == "address":
        where = f'{arguments["NewBuffer"]}.value == old_buffer ? "kept" : "moved"'
        return f'status != NERR_Success || content != A_BUFFER ? "no buffer" : {where}'
    if what in OUT_NUMBER.values():
        return f"stored_number_text(&{number})" if number else '"nothing"'
    return "content_texts[content]" if pointer else '"nothing"'


# ---- expectations ----


def _expectations(expectation: Definition, number: str | None, held: int | str | None) -> Iterator[str]:
    if "any_of" not in expectation:
        for condition, what, expected, actual in _comparisons(expectation, number, held):
            yield _expect(condition, what, expected, actual)
        return
    outcomes = [list(_comparisons(outcome, number, held)) for outcome in expectation["any_of"]]
    conditions = [" && ".join(_enclosed(condition) for condition, *_ in outcome) for outcome in outcomes]
    expected = expectation_text(expectation)
    joined = " || ".join(f"({condition})" for condition in conditions)
    yield _expect(joined, "outcome", expected, "status_text(status)")


def expectation_text(expectation: Definition) -> str:
    """What a call must give, in words."""
    outcomes = expectation.get("any_of", [expectation])
    return ", or ".join(
        " with ".join(
            words if what == "status" else f"{what} {words}" for _, what, words, _ in _comparisons(outcome, None, None)
        )
        for outcome in outcomes
    )


def _comparisons(
    outcome: Definition, number: str | None, held: int | str | None
) -> Iterator[tuple[str, str, str, str]]:
    """Of each member: the condition in C, its name, the expected in words, the actual in C.

    held: what the step says that the variable holds before the call.
    """
    yield *_status(outcome["status"]), "status_text(status)"
    for name in ("Buffer", "NewBuffer"):
        if name in outcome:
            words = outcome[name]["any_of"] if isinstance(outcome[name], dict) else [outcome[name]]
            condition = " || ".join(f"content == {CONTENTS[word]}" for word in words)
            yield condition, name, " or ".join(CONTENT_TEXTS[word] for word in words), "content_texts[content]"
    if "ByteCount" in outcome:
        condition, expected = _number(outcome["ByteCount"], number, held)
        yield condition, "ByteCount", expected, f"stored_number_text(&{number})"
    if "last_error" in outcome:
        actual = 'last_error == LAST_ERROR_BEFORE ? "unchanged" : number_text(last_error)'
        yield "last_error == LAST_ERROR_BEFORE", "last error", "unchanged", actual


def _status(wanted: Any) -> tuple[str, str, str]:
    if isinstance(wanted, str):
        return f"status == {wanted}", "status", f"{wanted} ({STATUSES[wanted]})"
    if "not" in wanted:
        return f"status != {wanted['not']}", "status", f"not {wanted['not']} ({STATUSES[wanted['not']]})"
    condition = " || ".join(f"status == {name}" for name in wanted["any_of"])
    return condition, "status", " or ".join(f"{name} ({STATUSES[name]})" for name in wanted["any_of"])


def _number(wanted: Any, number: str | None, held: int | str | None) -> tuple[str, str]:
    before = _amount(held) if isinstance(held, int) else "UNTOUCHED_NUMBER"
    if wanted == "unchanged":
        return f"{number}.value == {before}", "unchanged"
    # A number that the variable held before may be the right one.
    stored = [] if isinstance(held, int) else [f"{number}.value != {before}"]
    if isinstance(wanted, int):
        return " && ".join([*stored, f"{number}.value == {_amount(wanted)}"]), str(wanted)
    bounds = [
        (f"{number}.value {sign} {_amount(wanted[name])}", f"{word} {wanted[name]}")
        for name, sign, word in (("at_least", ">=", "at least"), ("below", "<", "below"))
        if name in wanted
    ]
    # Compilers remark on comparing an unsigned number with 0.
    conditions = [condition for condition, text in bounds if text != "at least 0"]
    return " && ".join([*stored, *conditions]) or "true", " and ".join(text for _, text in bounds)


def _enclosed(condition: str) -> str:
    return f"({condition})" if "||" in condition else condition


def _expect(condition: str, what: str, expected: str, actual: str) -> str:
    return f"expect({condition}, {quoted(what)}, {quoted(expected)}, {actual});"


# ---- memory and exports ----


def _disjoint(ranges: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for first, second in combinations(ranges, 2):
        one, other = first["buffer"], second["buffer"]
        listed = f"{one}.value, {_amount(first['bytes'])}, {other}.value, {_amount(second['bytes'])}"
        actual = f'{one}.value == {other}.value ? "the same address" : "overlapping"'
        yield f"apart = are_apart({listed});"
        yield _expect("apart", f"{one} and {other}", "apart", f'apart ? "apart" : {actual}')


def _exported(function: str) -> Iterator[str]:
    suffix = f"@{ARGUMENT_BYTES_I686[function]}"
    forms = [function, f"_{function}{suffix}", f"{function}{suffix}", f"_{function}"]
    yield f"if ({' && '.join(f'!has({quoted(form)})' for form in forms)})"
    yield f'  could_not_run({quoted(function)}, "is not exported");'
    actual = f'has({quoted(function)}) ? "exported" : "exported under a decorated name only"'
    yield _expect(f"has({quoted(function)})", function, "exported under exactly this name", actual)


def _amount(value: int | str) -> str:
    return f"{value}.value" if isinstance(value, str) else f"{value}u"


def _range(step: Definition) -> str:
    return f"{_amount(step.get('from', 0))}, {_amount(step['bytes'])}"


def quoted(text: str) -> str:
    """The text as a C string literal in ASCII; what could mean anything in C is an octal escape of its bytes."""
    data = text.encode("utf-8", "surrogateescape")
    characters = (chr(byte) if byte in PLAIN else f"\\{byte:03o}" for byte in data)
    return f'"{"".join(characters)}"'
