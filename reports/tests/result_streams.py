"""Makes result streams to test with: whole ones, and the records to break."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

Record = dict[str, Any]

# Each piece would do harm, or vanish, in at least one format.
HOSTILE = "\x1b[31mred\x1b[0m [bold red]markup[/] ]]> </script> <b>&amp; \x00\x07\x9b \u202egnp\ud800 \ufffe é ☃ a\r\nb"


# Lines with markup and escapes, and an empty one.
PROGRAM = '#include <stdio.h>\n\nint main(void) {\n  return puts("</script>\\n") < 0;\n}\n'


def requirement(requirement_id: str, evidence: str = "documented", **changes: Any) -> Record:
    """Returns the record of a requirement; `changes` replaces members."""
    return {
        "id": requirement_id,
        "statement": f"The statement of {requirement_id}",
        "evidence": evidence,
        "source": "its page: return value",
        "pages": ["learn.microsoft.com/page"],
        "published_tests": ["gitlab.winehq.org/tests/test.c"] if evidence == "windows" else [],
    } | changes


ALL_FUNCTIONS = ("NetApiBufferAllocate", "NetApiBufferFree", "NetApiBufferReallocate", "NetApiBufferSize")


def selection(**changes: Any) -> Record:
    """Returns the record of a selection: all functions are claimed, and all cases are asked for, but for `changes`."""
    return {"select": [], "functions": list(ALL_FUNCTIONS), "shard": None, "rerun_failed": False} | changes


def header(**changes: Any) -> Record:
    """Returns a header record; `changes` replaces members, or members of its target."""
    target = {
        "name": "reference",
        "path": "build/libapibuf.so",
        "sha256": "1" * 64,
        "version": "0.1.0",
        "platform": "linux-x86_64",
        "exports": ["NetApiBufferAllocate", "NetApiBufferFree"],
    }
    record = {
        "type": "header",
        "format": 1,
        "suite": {"version": "0.1.0", "vectors_sha256": "0" * 64},
        "requirements": [],
        "target": target,
        "environment": {"kernel": "6.1"},
        "selection": selection(),
        "profile": "strict",
        "started": "2024-01-01T00:00:00Z",
    }
    for name, value in changes.items():
        (target if name in {*target, "reached_by"} else record)[name] = value
    return record


def step(text: str, returned: str | None = "NERR_Success (0)", *failures: Record, **values: str) -> Record:
    """Returns a step record."""
    return {"text": text, "returned": returned, "values": values, "failures": list(failures)}


def failure(expected: str, actual: str) -> Record:
    """Returns a failure record of the requirement `free/allocated`."""
    return {"requirement": "free/allocated", "what": "the status", "expected": expected, "actual": actual}


def case(case_id: str, verdict: str = "pass", **changes: Any) -> Record:
    """Returns a case record; `changes` replaces members."""
    record = {
        "type": "case",
        "id": case_id,
        "title": f"The title of {case_id}",
        "kind": "vector",
        "requirements": [case_id],
        "evidence": "unknown" if verdict == "observed" else "documented",
        "verdict": verdict,
        "expected": "",
        "actual": "",
        "reason": "",
        "steps": [step("NetApiBufferFree(Buffer: a)")],
        "observations": {},
        "flaky": False,
        "duration_us": 1500,
    }
    return record | changes


def footer(cases: Iterable[Record], head: Record | None = None, **changes: Any) -> Record:
    """Returns the footer record of the cases; `changes` replaces members, or members of its conclusion.

    What it concludes is right for the cases, as far as these tests need it, and for what `head` has selected.
    """
    cases = list(cases)
    counts = Counter(record["verdict"] for record in cases)
    error = changes.get("error")
    record = {
        "type": "footer",
        "counts": dict(counts),
        "by_evidence": {
            evidence: dict(Counter(record["verdict"] for record in cases if record["evidence"] == evidence))
            for evidence in dict.fromkeys(record["evidence"] for record in cases)
        },
        "missing": [],
        "complete": error is None and not counts["not-run"],
        "error": None,
        "duration_ms": 2345,
    }
    record |= {name: value for name, value in changes.items() if name in record or name == "conformant"}
    conclusion = _conclusion(cases, record, head or header())
    conclusion |= {name: value for name, value in changes.items() if name in conclusion}
    assert set(changes) <= {*record, *conclusion, "conformant"}
    conforms = conclusion["outcome"].startswith("conforms")
    return {"conformant": conforms, "conclusion": conclusion} | record


def _conclusion(cases: Sequence[Record], last: Record, head: Record) -> Record:
    counts = Counter(record["verdict"] for record in cases)
    failed = counts["fail"] + counts["crash"] + counts["timeout"]
    flaky = sum(record["flaky"] and record["verdict"] != "observed" for record in cases)
    asked = head["selection"]
    claimed = len(asked["functions"])
    whole_suite = asked == selection(functions=asked["functions"]) and head["profile"] == "strict"
    through_connector = head["target"].get("reached_by") == "functions"
    could_not_run = last["error"] is not None or counts["harness-error"] > 0
    outcomes = {
        "does-not-conform": failed or last["missing"],
        "could-not-run": could_not_run,
        "incomplete": not last["complete"] or flaky or not counts["pass"],
        "conforms-in-part": claimed < len(ALL_FUNCTIONS) or not whole_suite or through_connector,
        "conforms": True,
    }
    return {
        "outcome": next(outcome for outcome, holds in outcomes.items() if holds),
        "claimed_functions": claimed,
        "all_functions": len(ALL_FUNCTIONS),
        "whole_suite": whole_suite,
        **({"through_connector": True} if through_connector else {}),
        "interrupted": False,
        "could_not_run": could_not_run,
        "judged": counts["pass"] + failed,
        "failed": failed,
        "flaky": flaky,
    }


def encode(*records: Record) -> bytes:
    """Returns the records as lines. A last record that is a footer without sha256 is sealed."""
    *before, last = records
    data = b"".join(_line(record) for record in before)
    if last["type"] == "footer":
        last = {"sha256": hashlib.sha256(data).hexdigest()} | last
    return data + _line(last)


def whole(*cases: Record, head: Record | None = None, **footer_changes: Any) -> bytes:
    """Returns a valid stream of the cases, whose header states their requirements."""
    head = stating(cases, head or header())
    return encode(head, *cases, footer(cases, head, **footer_changes))


def stating(cases: Iterable[Record], head: Record) -> Record:
    """Returns the header record with the requirements of the cases; what it states already it keeps."""
    stated = {entry["id"]: entry for entry in head["requirements"]}
    for record in cases:
        for requirement_id in record["requirements"]:
            stated.setdefault(requirement_id, requirement(requirement_id, record["evidence"]))
    return head | {"requirements": list(stated.values())}


def every_verdict() -> bytes:
    """Returns a valid stream that holds every verdict, and hostile text wherever text is free."""
    hostile_step = step(HOSTILE, HOSTILE, failure(HOSTILE, HOSTILE), **{HOSTILE: HOSTILE})
    cases = [
        case("allocate/passes", observations={"reported-size": "1"}),
        case(
            "allocate/null-out",
            "fail",
            title="A NULL out-pointer gives ERROR_INVALID_PARAMETER",
            evidence="windows",
            expected="ERROR_INVALID_PARAMETER (87)",
            actual="ERROR_INSUFFICIENT_BUFFER (122)",
            reason="The status of step 0 is wrong.",
            steps=[
                step(
                    "NetApiBufferAllocate(ByteCount: 1, Buffer: null)",
                    "ERROR_INSUFFICIENT_BUFFER (122)",
                    failure("ERROR_INVALID_PARAMETER (87)", "ERROR_INSUFFICIENT_BUFFER (122)"),
                )
            ],
            reproducer=PROGRAM,
        ),
        case(
            "free/hostile-text",
            "fail",
            title=HOSTILE,
            expected=HOSTILE,
            actual=HOSTILE * 9,
            reason=HOSTILE,
            steps=[hostile_step],
            observations={HOSTILE: HOSTILE},
            reproducer=HOSTILE,
        ),
        case(
            "free/crashes",
            "crash",
            reason="SIGSEGV",
            steps=[step("NetApiBufferFree(Buffer: null)", None)],
            printed=["==PID==ERROR: AddressSanitizer: heap-use-after-free on address ADDRESS", "...", HOSTILE],
        ),
        case("free/hangs", "timeout", reason="No event for 10 s.", steps=[step("NetApiBufferFree(Buffer: a)", None)]),
        case(
            "free/flaky",
            "fail",
            flaky=True,
            reason="Two runs differed.",
            runs=[
                {"verdict": "fail", "expected": "0", "actual": "87", "reason": "The status is wrong.", "steps": []},
                {"verdict": "pass", "expected": "", "actual": "", "reason": "", "steps": []},
            ],
        ),
        case("size/all-usable", "unsupported", reason="NetApiBufferSize is not exported.", evidence="annotated"),
        case("size/zero-bytes", "unsupported", reason="NetApiBufferSize is not exported.", evidence="windows"),
        case("size/hostile-reason", "unsupported", reason=HOSTILE, evidence="windows"),
        case("allocate/fresh-memory", "observed", flaky=True, observations={"fresh-memory": "all zero"}),
        case("allocate/capacity", "harness-error", reason="The worker could not be started.", evidence="inferred"),
        case("allocate/two-machines", "not-run", reason="Not enough memory here.", evidence="inferred"),
    ]
    stated = [requirement("free/hostile-text", statement=HOSTILE, source=HOSTILE)]
    head = header(
        name="it's [red]\x1b[31m", version=HOSTILE, selection=selection(select=[HOSTILE]), requirements=stated
    )
    return whole(*cases, head=head, missing=["NetApiBufferSize", HOSTILE], error=HOSTILE)


def _line(record: Record) -> bytes:
    return json.dumps(record).encode("utf-8") + b"\n"
