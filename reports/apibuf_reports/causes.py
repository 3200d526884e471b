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
ZERO_BYTES = re.compile(r"ByteCount=0\b|(?<![\d.,])\b0 (?:to \d+ )?bytes\b|\bto 0\b")

ENDED, HUNG = frozenset({Verdict.CRASH}), frozenset({Verdict.TIMEOUT})
SUCCESS = r"^NERR_Success \(0\)"
ERROR = r"^(?:(?!NERR_Success)(?:NERR|ERROR|RPC)_\w+ \(\d+\)|an error\b)"


@dataclass(frozen=True)
class Rule:
    """A way to deviate, recognised by the verdict, the requirement that was not met, and the texts of the failure.

    title: what a reader sees; `{call}` is the function with the kind of its argument, where the rule tells them apart,
    `{argument}` this kind alone, `{module}` the library, `{requirement}` the requirement that was not met.
    what, expected, actual, requirement: what each must match, anywhere; an empty one matches everything.
    by_function, by_module, by_argument, by_requirement: whether deviations of different functions, libraries, kinds of
    argument or requirements are different causes.
    damages_memory: whether what it does may end the process later, in a call that does nothing wrong.
    """

    title: str
    what: str = ""
    expected: str = ""
    actual: str = ""
    requirement: str = ""
    verdicts: frozenset[Verdict] = FAILED
    by_function: bool = False
    by_module: bool = False
    by_argument: bool = False
    by_requirement: bool = False
    damages_memory: bool = False

    def matches(self, case: Case, what: str) -> bool:
        """Whether the case deviates in this way; `what` is what its failing step failed at."""
        texts = (
            (self.what, what),
            (self.expected, case.expected),
            (self.actual, case.actual),
            (self.requirement, case.requirement),
        )
        return case.verdict in self.verdicts and all(re.search(pattern, text) for pattern, text in texts)


# The first that matches counts.
RULES = (
    Rule("Functions of {module} are stubs", actual="a stub that is not implemented", verdicts=ENDED, by_module=True),
    Rule("{call} does not return", verdicts=HUNG, by_function=True, by_argument=True),
    Rule("{call} ends the process", verdicts=ENDED, by_function=True, by_argument=True),
    Rule("The caller's stack, registers or flags are not preserved", requirement="^abi/calling-convention$"),
    Rule(
        "{call} succeeds without a buffer",
        actual=rf"{SUCCESS} and no buffer|success without a buffer|^null$",
        by_function=True,
        by_argument=True,
    ),
    Rule("{call} succeeds where it must fail", expected=ERROR, actual=SUCCESS, by_function=True, by_argument=True),
    Rule("{call} is refused", expected=SUCCESS, actual=ERROR, by_function=True, by_argument=True),
    Rule("{call} fails with another status", what="status", expected=ERROR, by_function=True, by_argument=True),
    Rule("{requirement}: the variable for the buffer is left as it was", actual="^as it was$", by_requirement=True),
    Rule("What a buffer holds changes later", expected="^as they were$", requirement="^(?:remote|free/net)"),
    Rule(
        "NetApiBufferSize reports a wrong size",
        expected=r"\bat least \d|no smaller|below \d",
        requirement="^(?:size|free|reallocate)/",
        damages_memory=True,
    ),
    Rule("Buffers are not aligned", requirement="^allocate/aligned"),
    Rule(
        "Memory of freed buffers{argument} is not used again",
        expected="stops growing|handed out again",
        by_argument=True,
    ),
    Rule(
        "Buffers overlap or lose their contents",
        requirement="^(?:allocate/(?:disjoint|usable|capacity)|size/all-usable|free/any-thread)$",
        damages_memory=True,
    ),
    Rule(
        "NetApiBufferReallocate loses contents",
        requirement="^reallocate/(?:keeps-contents|failure-keeps-old|changes-size)$",
        damages_memory=True,
    ),
    Rule("{requirement} is not met", by_requirement=True, by_argument=True),
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
    _, what = _texts(case)
    return next(rule for rule in RULES if rule.matches(case, what))


def blocked_by(causes: Iterable[Cause]) -> dict[str, str]:
    """Returns for the id of each blocked case that of the case to look at instead."""
    return {blocked: cause.example.id for cause in causes for blocked in cause.blocked}


def _cause(deviation: Deviation, cases: Sequence[Case]) -> Cause:
    ordered = tuple(sorted(cases, key=_length))
    blocked = () if _is_blocked(ordered[0]) else filter(_is_blocked, ordered)
    return Cause(deviation.title, ordered[0], ordered, frozenset(case.id for case in blocked))


def _length(case: Case) -> tuple[bool, bool, bool, int, str]:
    """Sorts what shows a cause best first: a case that is about it alone, that a program reproduces, of few steps."""
    is_about_more = case.requirement not in ("", case.requirements[0])
    return _is_blocked(case), is_about_more, not case.reproducer, len(case.steps), case.id


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
        argument=_argument(what, text) if rule.by_argument else "",
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
    named = deviation if deviation.function or not deviation.rule.by_function else _with_function(deviation, groups)
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
        other for other in groups if other.rule.damages_memory and deviation.rule.verdicts == ENDED
    ]
    return max(candidates, key=lambda other: len(groups[other]), default=deviation)
