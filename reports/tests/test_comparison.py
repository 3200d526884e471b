"""Tests that versions of one implementation are found together, and that causes come and go with them."""

from pathlib import Path

import pytest
from result_streams import case, header, whole

from apibuf_reports import comparison, stream
from apibuf_reports.comparison import Comparison

PUBLISHED = Path(__file__).parents[1] / "published"
REFUSED = {"expected": "NERR_Success (0)", "actual": "ERROR_INVALID_PARAMETER (87)", "requirement": "free/null"}


def run(
    version: str | None, verdict: str = "pass", name: str = "wine", platform: str = "windows-x86_64"
) -> stream.Stream:
    """Returns a run with one case, whose failure is that NetApiBufferFree is refused."""
    record = case("free/null", verdict, **(REFUSED if verdict == "fail" else {}))
    head = header(name=name, version=version, platform=platform)
    return stream.parse(whole(record, head=head), "results.jsonl")


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        ("wine-10.0", "wine-10.0 (Debian 10.0~repack-6)", ("wine", "10.0", "wine 10.0")),
        ("wine-5.0-x86_64", "wine-5.0.3 (Debian 5.0.3-3)", ("wine", "5.0.3", "wine-x86_64 5.0.3")),
        ("wine", "wine-10.0-rc2", ("wine", "10.0-rc2", "wine 10.0-rc2")),
        ("wine", "wine-10.0-34-gabcdef", ("wine", "10.0-34", "wine 10.0-34")),
        ("samba-4.13", "2:4.13.13+dfsg-1~deb11u6", ("samba", "4.13.13", "samba 4.13.13")),
        ("reference-windows-x86_64", "0.1.0", ("reference", "0.1.0", "reference-windows-x86_64 0.1.0")),
        ("windows", None, ("windows", "", "windows")),
        ("libmine-2.so", None, ("libmine-2.so", "", "libmine-2.so")),
        ("mine", "of today", ("mine", "of today", "mine of today")),
    ],
)
def test_a_family_and_a_version_are_found(name: str, version: str | None, expected: tuple[str, ...]) -> None:
    target = run(version, name=name).header.target
    assert (comparison.family(target), comparison.short_version(target), comparison.label(target)) == expected


def test_versions_stand_side_by_side_in_order_and_what_conforms_stands_last() -> None:
    versions = ["10.0-2-gab", "9.0", "10.0-rc1", "10.0", "10.0-rc2", None]
    members = [run("1.0", name="other"), *(run(version, "fail") for version in versions), run("2.0", "fail", "mine")]
    labels = [comparison.label(entry.header.target) for entry in comparison.ordered(members)]
    found = ["wine", "wine 9.0", "wine 10.0-rc1", "wine 10.0-rc2", "wine 10.0", "wine 10.0-2", "mine 2.0", "other 1.0"]
    assert labels == found


@pytest.mark.parametrize(
    ("verdicts", "story"),
    [
        (["pass", "fail", "pass"], "since 2.0, fixed in 3.0"),
        (["unsupported", "fail", "unsupported"], "since 2.0, not offered in 3.0"),
        (["fail", "fail", "fail"], "all versions from 1.0 to 3.0"),
        (["fail", "pass", "fail"], "in 1.0, fixed in 2.0, again since 3.0"),
        (["pass", "pass", "fail"], "since 3.0"),
        # What was not run, or failed otherwise, tells nothing of this cause.
        (["not-run", "fail", "fail"], "in 2.0"),
        (["fail", "not-run", "fail"], "in 1.0"),
        (["fail", "crash", "pass"], "in 1.0, fixed in 3.0"),
        (["fail", "pass", "not-run"], "in 1.0, fixed in 2.0"),
    ],
)
def test_a_cause_comes_and_goes_with_the_versions(verdicts: list[str], story: str) -> None:
    members = [run(f"{number}.0", verdict) for number, verdict in enumerate(verdicts, start=1)]
    shared = Comparison(comparison.ordered(reversed(members))).causes
    assert [cause.history for cause in shared if "refused" in cause.title] == [(f"wine: {story}",)]


def test_platforms_have_histories_of_their_own_and_unknown_versions_have_none() -> None:
    other_machine = run("2.0", "fail", "wine-i686", "windows-i686")
    members = [run("1.0"), run("2.0", "fail"), other_machine, run(None, "fail", "mine")]
    (cause,) = Comparison(comparison.ordered(members)).causes
    assert cause.history == ("wine (windows-x86_64): since 2.0", "wine-i686 2.0", "mine")


def test_a_cause_is_shown_by_the_newest_version_that_has_it() -> None:
    compared = Comparison(comparison.ordered([run("1.0", "fail"), run("2.0", "fail"), run("3.0")]))
    (cause,) = compared.causes
    assert (cause.place, cause.verdict(2), cause.case_ids) == (1, "pass", ("free/null",))


def test_one_version_that_conforms_on_several_platforms_folds() -> None:
    versions = [run("1.0", name=f"ours-{machine}", platform=f"linux-{machine}") for machine in ("i686", "x86_64")]
    assert Comparison(versions).folds([0, 1]) and not Comparison(versions).folds([0])
    assert not Comparison([run("1.0"), run("2.0")]).folds([0, 1])
    assert not Comparison([run("1.0"), run("1.0", "fail")]).folds([0, 1])


def test_one_run_is_told_in_one_sentence() -> None:
    read = stream.read(PUBLISHED / "wine" / "results.jsonl")
    sentence = "wine 8.0 does not conform: 4 causes, 15 of 397 judged cases failed, 3 unsupported; 1 case not-run"
    assert comparison.in_brief(read, Comparison([read]).found[0]) == sentence
