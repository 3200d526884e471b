"""Groups what did not pass by its likely cause, so that a reader has one sentence for each thing to mend.

A cause is a way to deviate and, where that says more, the function and the kind of argument. Rules recognise the way,
and are data. Causes are computed here alone, for all reports.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from apibuf_reports.stream import FAILED, Case, Verdict, failing_step

FUNCTIONS = re.compile(r"(?:\w+!)?\bNet[A-Z]\w+|\b(?:Allocate|Reallocate|Free|Size)\b")
CALL = re.compile(r"(?P<function>(?:\w+!)?Net[A-Z]\w+)\((?P<arguments>.*)\)")
NULL_ARGUMENT = re.compile(r"\b\w+=NULL\b|\bNULL\b")
NUMBER = re.compile(r"\d+")
HUGE_BYTES = 1 << 30
ZERO_BYTES = re.compile(r"ByteCount=0\b|(?<![\d.,])\b0 (?:to \d+ )?bytes\b|\bto 0\b")

OK = r"NERR_Success \(0\)"
ERROR = r"(?:(?!NERR_Success)(?:NERR|ERROR|RPC)_\w+ \(\d+\)|an error\b)"
SPECIAL_ARGUMENTS = {
    "allocate/null-out": "Buffer=NULL",
    "allocate/zero-bytes": "0 bytes",
    "free/null": "Buffer=NULL",
    "reallocate/null-old": "OldBuffer=NULL",
    "reallocate/zero-bytes": "0 bytes",
    "size/null-buffer": "Buffer=NULL",
    "size/zero-bytes": "0 bytes",
}
"""The kind of argument that a requirement is about."""


@dataclass(frozen=True)
class Rule:
    """A way to deviate, recognised by a pattern in `VERDICT REQUIREMENT | STEP | WHAT | EXPECTED | ACTUAL`.

    REQUIREMENT is the one that was not met, WHAT that at which the step failed; both may be empty.

    title: what a reader sees; `{call}` is the function with the kind of its argument, where the rule tells them apart,
    `{argument}` this kind alone, `{module}` the library, `{requirement}` the requirement that was not met.
    by_function, by_module, by_argument, by_requirement: whether deviations of different functions, libraries, kinds of
    argument or requirements are different causes.
    damages_memory: whether it may end the process later, in a call that does nothing wrong; may_follow_damage: whether
    this may be such an end.
    """

    title: str
    pattern: str
    by_function: bool = False
    by_module: bool = False
    by_argument: bool = False
    by_requirement: bool = False
    damages_memory: bool = False
    may_follow_damage: bool = False


# The first that matches counts.
RULES = (
    Rule("Functions of {module} are stubs", r"^crash .*\| the process died of a stub", by_module=True),
    Rule("Calls do not return while other threads call", "^timeout free/any-thread "),
    Rule("{call} does not return", "^timeout ", by_function=True, by_argument=True),
    # A process that dies outside of a call died where the worker used what a call had given it.
    Rule(
        "Using the memory of a buffer ends the process",
        r"^crash .*\| the case comes to its end \| the process died of SIG",
        damages_memory=True,
        may_follow_damage=True,
    ),
    Rule("{call} ends the process", "^crash ", by_function=True, by_argument=True, may_follow_damage=True),
    Rule("The caller's stack, registers or flags are not preserved", "^fail abi/calling-convention "),
    Rule(
        "{call} succeeds without a buffer",
        rf"\| (?:{OK} and no buffer|success without a buffer|null)$",
        by_function=True,
        by_argument=True,
    ),
    Rule("{call} succeeds where it must fail", rf"\| {ERROR}[^|]*\| {OK}[^|]*$", by_function=True, by_argument=True),
    Rule("{call} is refused", rf"\| {OK}[^|]*\| {ERROR}[^|]*$", by_function=True, by_argument=True),
    Rule("{call} fails with another status", rf"\bstatus\b[^|]*\| {ERROR}", by_function=True, by_argument=True),
    Rule(
        "{call} returns an unknown status in place of NERR_Success",
        rf"\| {OK}[^|]*\| \d+(?: and (?:a|no) buffer)?$",
        by_function=True,
    ),
    Rule("{requirement}: the variable for the buffer is left as it was", r"\| as it was$", by_requirement=True),
    Rule("What a buffer holds changes later", r"^fail (?:remote|free/net).*\| as they were \|"),
    Rule(
        "Memory of freed buffers{argument} is not used again",
        r"^fail \S+/gives-memory-back |\| [^|]*(?:stops growing|handed out again)[^|]*\|",
        by_argument=True,
    ),
    Rule(
        "NetApiBufferSize reports a wrong size",
        r"^fail (?:size|free|reallocate)/.*\|[^|]*(?:\bat least \d|no smaller|below \d)[^|]*\|",
        damages_memory=True,
    ),
    Rule("Buffers are not aligned", "^fail allocate/aligned"),
    Rule(
        "Buffers overlap or lose their contents",
        "^fail (?:allocate/(?:disjoint|usable|capacity)|size/all-usable) ",
        damages_memory=True,
    ),
    Rule(
        "NetApiBufferReallocate loses contents",
        "^fail reallocate/(?:keeps-contents|failure-keeps-old|changes-size) ",
        damages_memory=True,
    ),
    Rule("Buffers change while other threads call", "^fail free/any-thread ", may_follow_damage=True),
    Rule("{requirement} is not met", "", by_requirement=True, by_argument=True),
)


@dataclass(frozen=True)
class Deviation:
    """A rule, and what it tells apart; each text is empty where the rule does not or where it is not known."""

    rule: Rule
    function: str = ""
    module: str = ""
    argument: str = ""
    requirement: str = ""

    @property
    def title(self) -> str:
        """The sentence for a reader, without a full stop."""
        argument = f" with {self.argument}" if self.argument else ""
        call = f"{self.function or 'A call'}{argument}"
        return self.rule.title.format(call=call, argument=argument, module=self.module, requirement=self.requirement)


@dataclass(frozen=True)
class Cause:
    """What is likely to be wrong, and what shows it.

    title: one sentence without a full stop, the same for every implementation with this cause.
    example: the shortest case that shows it; cases: all with this cause, `example` first.
    blocked: the ids of those that are about something else, which this cause keeps them from showing.
    """

    title: str
    example: Case
    cases: tuple[Case, ...]
    blocked: frozenset[str]


def find(cases: Iterable[Case]) -> tuple[Cause, ...]:
    """Returns the causes of what did not pass, those of the most cases first. Pure."""
    groups: dict[Deviation, list[Case]] = defaultdict(list)
    for case in cases:
        if case.verdict in FAILED:
            groups[_deviation(case)].append(case)
    joined: dict[Deviation, list[Case]] = defaultdict(list)
    for deviation, members in groups.items():
        joined[_explaining(deviation, groups)] += members
    causes = [_cause(deviation, members) for deviation, members in joined.items()]
    return tuple(sorted(causes, key=lambda cause: (-len(cause.cases), cause.title)))


def recognise(case: Case) -> Rule:
    """Returns the rule by which a case that did not pass deviates."""
    text, what = _texts(case)
    line = f"{case.verdict} {case.requirement} | {text} | {what} | {case.expected} | {case.actual}"
    return next(rule for rule in RULES if re.search(rule.pattern, line, re.DOTALL))


def blocked_by(causes: Iterable[Cause]) -> dict[str, str]:
    """Returns for the id of each blocked case that of the case to look at instead."""
    return {blocked: cause.example.id for cause in causes for blocked in cause.blocked}


def passed_beside(cause: Cause, cases: Iterable[Case]) -> tuple[Case, ...]:
    """Returns the cases that passed though they are about what the example fails at: the difference is the clue."""
    requirement = cause.example.requirement
    return tuple(case for case in cases if case.verdict is Verdict.PASS and case.requirements[0] == requirement)


def _cause(deviation: Deviation, cases: Sequence[Case]) -> Cause:
    ordered = tuple(sorted(cases, key=_length))
    blocked = () if _is_blocked(ordered[0]) else filter(_is_blocked, ordered)
    return Cause(deviation.title, ordered[0], ordered, frozenset(case.id for case in blocked))


def _length(case: Case) -> tuple[bool, bool, bool, int, int, str]:
    """Sorts what shows a cause best first: a case about it alone, that a program reproduces, of few small steps.

    Of the cases about huge sizes many fail in the same way for another reason than those about small ones.
    """
    is_about_more = case.requirement not in ("", case.requirements[0])
    largest = max((int(number) for step in case.steps for number in NUMBER.findall(step.text)), default=0)
    is_huge = largest >= HUGE_BYTES
    return _is_blocked(case), is_about_more or is_huge, not case.reproducer, len(case.steps), largest, case.id


def _is_blocked(case: Case) -> bool:
    """Whether what failed is only something on which the case relies."""
    return case.requirement not in ("", *case.requirements)


def _deviation(case: Case) -> Deviation:
    text, what = _texts(case)
    rule = recognise(case)
    # A process may die in another call than the one that the case is about.
    subject = case.requirement.partition("/")[0].capitalize() if case.verdict is Verdict.FAIL else ""
    function = _function(what, case.expected, text, subject)
    return Deviation(
        rule,
        function=function if rule.by_function else "",
        module=(_module(text) or "the library") if rule.by_module else "",
        argument=(SPECIAL_ARGUMENTS.get(case.requirement) or _argument(what, text)) if rule.by_argument else "",
        requirement=(case.requirement or case.requirements[0]) if rule.by_requirement else "",
    )


def _texts(case: Case) -> tuple[str, str]:
    """What the failing step does, and what it failed at; empty where it is not known."""
    step = failing_step(case.steps)
    return step.text if step else "", step.failures[0].what if step and step.failures else ""


def _function(*texts: str) -> str:
    """The function that is called in the first of the texts that names one, or the one that this text names last."""
    for text in texts:
        call = CALL.match(text)
        names = [call["function"]] if call else FUNCTIONS.findall(text)
        if names:
            return names[-1] if "Net" in names[-1] else f"NetApiBuffer{names[-1]}"
    return ""


def _module(text: str) -> str:
    """The library that the call of a step names, beside the one that is tested."""
    return text.partition("!")[0] if CALL.match(text) and "!" in text else ""


def _argument(*texts: str) -> str:
    """The kind of argument that the first of the texts with a special one names."""
    for text in texts:
        null = NULL_ARGUMENT.search(text)
        if null:
            return null[0]
        if ZERO_BYTES.search(text):
            return "0 bytes"
    return ""


def _explaining(deviation: Deviation, groups: Mapping[Deviation, Sequence[Case]]) -> Deviation:
    """The most general of the deviations that explains this one: of a function that is known, of any argument."""
    named = deviation if deviation.function else _with_function(deviation, groups)
    general = replace(named, argument="")
    if general in groups:
        return general
    if named.argument == "NULL":
        named_null = [each for each in groups if replace(each, argument="NULL") == named and "=" in each.argument]
        return named_null[0] if named_null else named
    return named


def _with_function(deviation: Deviation, groups: Mapping[Deviation, Sequence[Case]]) -> Deviation:
    """What explains a deviation in an unknown call: the same in a known one, or memory that was damaged before."""
    candidates = [other for other in groups if other.rule is deviation.rule and other.function] or [
        other
        for other in groups
        if deviation.rule.may_follow_damage and other.rule.damages_memory and other.rule is not deviation.rule
    ]
    return max(candidates, key=lambda other: len(groups[other]), default=deviation)
