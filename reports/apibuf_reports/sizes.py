"""Says for which sizes a cause shows, where the steps of a stream prove it: what failed and what passed do separate.

A step is about sizes: the number of bytes that its call asks for, or those of the buffer that it works on, which the
steps before it made. Steps of the same kind, in any case of the stream, are compared.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from apibuf_reports.causes import CALL, Cause
from apibuf_reports.stream import Case, Step, Verdict

OK = "NERR_Success (0)"
SIZE_OF = "buffer size"
OLD_SIZE = "size of OldBuffer"
SMALLER, LARGER = "smaller of the two sizes", "larger of the two sizes"
ARGUMENT = re.compile(r"(\w+)=&?([^\s,]+)")
MEMORY = re.compile(
    r"(?:(?P<write>write pattern \d+ to )(?P<into>\w+)|(?P<from>\w+) holds pattern \d+), (?P<count>\d+) bytes"
    r"(?: from byte (?P<first>\d+))?"
)
ADDRESS = re.compile(r"(\w+) is (?:naturally )?aligned")
FUNCTION_OF_BYTES = re.compile(r"(NetApiBuffer(?:Allocate|Reallocate)) of (\d+) bytes")
OF_A_BUFFER = re.compile(r"(size|NetApiBuffer(?:Free|Size)) of a buffer of (\d+) bytes")
# Two numbers are divisible by most small powers of two by chance.
FEWEST_FOR_A_MULTIPLE = 3
LARGEST_MULTIPLE = 1 << 16
NOT_BY_SIZE = "free/any-thread"
"""The requirement whose failures depend on moments."""


@dataclass(frozen=True)
class Use:
    """What a step does, in a word or two that steps of the same kind share, and its sizes in bytes by what they are.

    detail: what tells some steps of this kind from others. `is_whole`: it comes to the end of what it is about.
    """

    kind: str
    bytes_by_role: Mapping[str, int]
    detail: str = ""
    is_whole: bool = True


@dataclass(frozen=True)
class Held:
    """A buffer: its size in bytes, and that before Reallocate changed it; None for one that Allocate made.

    `is_old`: its contents were written before.
    """

    size: int
    old_size: int | None = None
    is_old: bool = False


@dataclass
class _Buffers:
    """The buffers that the steps of one case have made, by their variables."""

    held: dict[str, Held] = field(default_factory=dict)

    def use(self, step: Step) -> Use | None:
        """What the step does; None where it is not about sizes that are known."""
        call = CALL.fullmatch(step.text)
        if call is not None:
            return self._use_of_call(call["function"], dict(ARGUMENT.findall(call["arguments"])))
        memory, address = MEMORY.fullmatch(step.text), ADDRESS.match(step.text)
        if memory is not None:
            return self._use_of_memory(memory)
        held = self.held.get(address[1]) if address else None
        return _resized("address", SIZE_OF, held) if held else None

    def follow(self, step: Step) -> None:
        """Takes note of what a step that returned has done to the buffers."""
        call = CALL.fullmatch(step.text)
        if call is None:
            memory = MEMORY.fullmatch(step.text)
            if memory and memory["into"] in self.held:
                self.held[memory["into"]] = replace(self.held[memory["into"]], is_old=False)
            return
        arguments = dict(ARGUMENT.findall(call["arguments"]))
        if step.returned != OK:
            return
        if call["function"] == "NetApiBufferAllocate" and _is_number(arguments.get("ByteCount")):
            self.held[arguments["Buffer"]] = Held(int(arguments["ByteCount"]))
        elif call["function"] == "NetApiBufferReallocate" and _is_number(arguments.get("NewByteCount")):
            old = self.held.get(arguments["OldBuffer"])
            old_size = old.size if old else None
            self.held[arguments["NewBuffer"]] = Held(int(arguments["NewByteCount"]), old_size, is_old=old is not None)

    def _use_of_call(self, function: str, arguments: Mapping[str, str]) -> Use | None:
        if function == "NetApiBufferAllocate" and _is_number(arguments.get("ByteCount")):
            return Use(function, {"ByteCount": int(arguments["ByteCount"])})
        if function == "NetApiBufferReallocate" and _is_number(arguments.get("NewByteCount")):
            old, size = self.held.get(arguments["OldBuffer"]), int(arguments["NewByteCount"])
            if arguments["OldBuffer"] == "NULL":
                return Use(f"{function} of NULL", {"NewByteCount": size})
            return (
                _resized(f"{function} to 0" if size == 0 else function, "NewByteCount", Held(size, old.size))
                if old
                else None
            )
        held = self.held.get(arguments.get("Buffer", ""))
        return _resized(function, SIZE_OF, held) if held else None

    def _use_of_memory(self, memory: re.Match[str]) -> Use | None:
        held = self.held.get(memory["into"] or memory["from"])
        if held is None:
            return None
        is_kept = memory["from"] is not None and held.is_old
        whole = min(held.size, held.old_size or 0) if is_kept else held.size
        is_whole = int(memory["first"] or 0) + int(memory["count"]) >= whole
        kind = "write" if memory["into"] else "read what Reallocate kept" if is_kept else "read"
        return replace(_resized(kind, SIZE_OF, held), is_whole=is_whole)


def describe(cause: Cause, cases: Iterable[Case]) -> str:
    """Returns for which sizes the cause shows, and which pass; empty where the stream of all these cases proves none.

    Such as `ByteCount: 65536 and all larger ones that were tried; 65535 is the largest that passes`. Pure.
    """
    if cause.example.flaky or cause.example.requirement == NOT_BY_SIZE:
        return ""
    shown = next(_failing(cause.example), None)
    if shown is None:
        return ""
    failed = [use for case in cause.cases if not case.flaky for use in _failing(case) if use.kind == shown.kind]
    passed = [use for case in cases for use in _passing(case) if use.kind == shown.kind]
    in_detail = [[use for use in uses if use.detail == shown.detail] for uses in (failed, passed)]
    return _told_apart(failed, passed) or _told_apart(*in_detail)


def _told_apart(failing: Iterable[Use], passing: Iterable[Use]) -> str:
    failed, passed = [use.bytes_by_role for use in failing], [use.bytes_by_role for use in passing]
    if not failed or not passed:
        return ""
    direction, passed = _by_direction(failed, passed)
    if direction and not passed:
        return direction
    # The nearer what passed lies to what failed, the more it says.
    roles = [role for role in failed[0] if all(role in sizes for sizes in failed)]
    found = filter(None, (_separated(role, failed, passed) for role in roles))
    _, words = min(found, key=lambda each: each[0], default=(0, ""))
    return ", ".join(filter(None, [direction.partition(";")[0] if words else "", words]))


def _is_number(text: str | None) -> bool:
    return text is not None and text.isdigit()


def _resized(kind: str, role: str, held: Held) -> Use:
    if held.old_size is None:
        return Use(kind, {role: held.size})
    sizes = held.size, held.old_size
    by_role = {role: sizes[0], OLD_SIZE: sizes[1], SMALLER: min(sizes), LARGER: max(sizes)}
    return Use(kind, by_role, detail="after Reallocate")


def _failing(case: Case) -> Iterator[Use]:
    """The step at which a case failed; the text of a failure may say what a loop was at."""
    buffers = _Buffers()
    for step in case.steps:
        if step.failures or step.returned is None:
            text = step.failures[0].what if step.failures else ""
            call, held = FUNCTION_OF_BYTES.search(text), OF_A_BUFFER.search(text)
            use = buffers.use(step)
            if use is not None:
                yield use
            elif call is not None:
                yield Use(call[1], {"ByteCount" if call[1].endswith("rAllocate") else "NewByteCount": int(call[2])})
            elif held is not None:
                yield Use("NetApiBufferSize" if held[1] == "size" else held[1], {SIZE_OF: int(held[2])})
            return
        buffers.follow(step)


def _passing(case: Case) -> Iterator[Use]:
    """The steps of a case that did what was expected of them; an error that a call may return proves nothing."""
    if case.verdict is Verdict.OBSERVED or case.flaky:
        return
    buffers = _Buffers()
    for step in case.steps:
        if step.failures or step.returned not in (OK, "done"):
            continue
        use = buffers.use(step)
        if use is not None and use.is_whole and _is_no_less(step, use):
            yield use
        buffers.follow(step)


def _is_no_less(step: Step, use: Use) -> bool:
    """Whether the size that a step was told, if it asked for one, is enough; not every step judges that."""
    told = step.values.get("ByteCount", "")
    return not told.isdigit() or int(told) >= use.bytes_by_role.get(SIZE_OF, 0)


def _by_direction(
    failed: Collection[Mapping[str, int]], passed: Collection[Mapping[str, int]]
) -> tuple[str, list[Mapping[str, int]]]:
    """Whether only growing fails, or only shrinking, in words; and what passed in the same direction."""
    directions = {_direction(sizes) for sizes in failed}
    here = [sizes for sizes in passed if _direction(sizes) in directions]
    if len(directions) != 1 or "" in directions or len(here) == len(passed):
        return "", list(passed)
    words, others = f"where the buffer {directions.pop()}", " or ".join(sorted({_direction(each) for each in passed}))
    return f"{words}; where it {others} none fails", here


def _direction(sizes: Mapping[str, int]) -> str:
    if OLD_SIZE not in sizes:
        return ""
    new_size = next(iter(sizes.values()))
    if new_size == sizes[OLD_SIZE]:
        return "keeps its size"
    return "grows" if new_size > sizes[OLD_SIZE] else "shrinks"


def _separated(
    role: str, failed: Iterable[Mapping[str, int]], passed: Iterable[Mapping[str, int]]
) -> tuple[int, str] | None:
    """How far apart in bytes the sizes are that failed and that passed, and how to tell them apart; None if not."""
    bad, good = {sizes[role] for sizes in failed}, {sizes[role] for sizes in passed if role in sizes}
    first, last = min(bad), max(bad)
    below = max((size for size in good if size < first), default=None)
    above = min((size for size in good if size > last), default=None)
    # Of 0 bytes the cause's own sentence speaks.
    if good & bad or not good or last == 0:
        return None
    if any(first < size < last for size in good):
        words = _by_multiple(bad, good)
        return (LARGEST_MULTIPLE, f"{role}: {words}") if words else None
    if role in (SMALLER, LARGER) and first == last:
        return None
    gap = min(abs(size - bound) for size, bound in ((below, first), (above, last)) if size is not None)
    return gap, f"{role}: {_interval(first, last, below, above)}"


def _interval(first: int, last: int, below: int | None, above: int | None) -> str:
    if above is None:
        beyond = " and all larger ones that were tried" if first < last else ", the largest that was tried"
        return f"{first}{beyond}; {below} is the largest that passes"
    if below is None:
        beyond = " and all smaller ones that were tried" if first < last else ", the smallest that was tried"
        return f"{last}{beyond}; {above} is the smallest that passes"
    return f"{first if first == last else f'{first} to {last}'}; {below} and {above} pass"


def _by_multiple(bad: Collection[int], good: Collection[int]) -> str:
    """Which power of two divides all that failed and nothing that passed, or the other way round."""
    if min(len(bad), len(good)) < FEWEST_FOR_A_MULTIPLE:
        return ""
    powers = [1 << shift for shift in range(1, LARGEST_MULTIPLE.bit_length())]
    least = next((power for power in powers if all(size % power for size in good)), LARGEST_MULTIPLE + 1)
    most = max((power for power in powers if all(size % power == 0 for size in bad)), default=0)
    if least <= most:
        return f"a multiple of {most}; no multiple of {least} passes"
    least = next((power for power in powers if all(size % power for size in bad)), LARGEST_MULTIPLE + 1)
    most = max((power for power in powers if all(size % power == 0 for size in good)), default=0)
    return f"no multiple of {least}; all that pass are multiples of {most}" if least <= most else ""
