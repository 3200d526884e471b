"""What the formats say in words, so that they all say the same. Nothing here is escaped yet: each format knows how."""

from collections import Counter
from collections.abc import Iterable

from apibuf_reports.stream import FAILED, JUDGED, UNPLAYED, Case, Run, Selection, Step, Stream, Verdict
from apibuf_reports.text import shell_word


def conclusion(stream: Stream) -> str:
    """Returns the one line that a reader in a hurry needs. It starts with `conforms:`, `does not conform:`,
    `incomplete:` or `could not run:`."""
    footer = stream.footer
    judged = sum(case.verdict in JUDGED for case in stream.cases)
    faults = _faults(stream, judged)
    gaps = _gaps(stream)
    if footer.conformant:
        return f"conforms: {judged} of {plural(judged, 'judged case')} passed{_limits(stream)}"
    if judged == 0 and footer.error is not None:
        return f"could not run: {footer.error}"
    if faults:
        return f"does not conform: {'; '.join(faults + gaps)}"
    return f"incomplete: {'; '.join(gaps)}"


def selection(asked: Selection) -> str:
    """Returns which part of the suite was asked for, or an empty text for all of it."""
    parts = [f"--select {shell_word(pattern)}" for pattern in asked.select if pattern != "*"]
    if asked.shard is not None:
        parts.append(f"--shard {asked.shard}")
    return " ".join(parts)


def details(case: Case) -> list[tuple[str, str]]:
    """Returns why the case is no pass, as labels with texts: requirement, expected, actual and so on."""
    rows = [
        ("requirement", f"{', '.join(case.requirements)} ({case.evidence})"),
        ("not met", not_met(case)),
        ("expected", case.expected),
        ("actual", case.actual),
        ("reason", case.reason),
    ]
    step = failing_step(case.steps)
    if step is not None:
        rows.append(("failing step", _step(step)))
    rows += [(f"run {number}", _run(run)) for number, run in enumerate(case.runs, start=1)]
    return [(label, text) for label, text in rows if text]


def not_met(case: Case) -> str:
    """Returns which requirement was not met, where the requirements of the case do not say it."""
    if case.requirement in ("", case.requirements[0]):
        return ""
    return case.requirement if case.requirement in case.requirements else f"{case.requirement}, on which the case relies"


def verdict(case: Case) -> str:
    """Returns the verdict, and whether the runs of the case differed."""
    return f"{case.verdict}, flaky" if case.flaky else str(case.verdict)


def replay_command(stream: Stream, case: Case) -> str:
    """Returns the shell command that plays the case again."""
    return f"harness/apibuf run {shell_word(stream.header.target.name)} --select {shell_word(case.id)}"


def failing_step(steps: Iterable[Step]) -> Step | None:
    """Returns the first step that did not return or did not do as expected, if there is one."""
    return next((step for step in steps if step.failures or step.returned is None), None)


def reasons(cases: Iterable[Case]) -> list[tuple[str, int]]:
    """Returns the reasons of the cases with how many cases give each, the most frequent first."""
    counted = Counter(case.reason or "no reason given" for case in cases)
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))


def plural(count: int, noun: str) -> str:
    """Returns such as `1 case` or `2 cases`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _faults(stream: Stream, judged: int) -> list[str]:
    """Returns what speaks against the implementation."""
    failed = sum(case.verdict in FAILED for case in stream.cases)
    faults = [f"{failed} of {plural(judged, 'judged case')} failed"] if failed else []
    if stream.footer.missing:
        faults.append(f"not exported: {', '.join(stream.footer.missing)}")
    return faults


def _gaps(stream: Stream) -> list[str]:
    """Returns why the run does not tell everything."""
    cases, footer = stream.cases, stream.footer
    gaps = [f"the run was cut short: {footer.error}"] if footer.error is not None else []
    for kind in sorted(UNPLAYED):
        count = sum(case.verdict == kind for case in cases)
        if count:
            gaps.append(f"{plural(count, 'case')} {kind}")
    flaky = sum(case.spoils_the_run and case.verdict not in FAILED | UNPLAYED for case in cases)
    if flaky:
        gaps.append(f"{plural(flaky, 'case')} flaky")
    if not any(case.verdict in JUDGED for case in cases):
        gaps.append("no case was judged")
    if not footer.complete and not gaps:
        gaps.append("selected cases have no verdict")
    return gaps


def _limits(stream: Stream) -> str:
    """Returns what a conforming run has left open, to be appended."""
    unsupported = sum(case.verdict == Verdict.UNSUPPORTED for case in stream.cases)
    limits = f", {unsupported} unsupported" if unsupported else ""
    part = selection(stream.header.selection)
    return f"{limits} (only a part was played: {part})" if part else limits


def _step(step: Step) -> str:
    if step.returned is None:
        # A phase that was broken off at a failure is not one that hung.
        return step.text if step.failures else f"{step.text} did not return"
    outcome = "" if step.returned == "done" else f" returned {step.returned}"
    values = ", ".join(f"{name} = {value}" for name, value in step.values.items())
    return f"{step.text}{outcome}{f'; {values}' if values else ''}"


def _run(run: Run) -> str:
    parts = (str(run.verdict), f"actual {run.actual}" if run.actual else "", run.reason)
    return "; ".join(part for part in parts if part)
