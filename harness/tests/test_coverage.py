"""What is read from gcovr's document: the gaps, and the numbers."""

from typing import Any

from apibuf_selfcheck.coverage import FileCoverage, Gap, gaps, totals


def line(number: int, count: int, branches: tuple[int, ...] = (), noncode: bool = False) -> dict[str, Any]:
    return {
        "line_number": number,
        "count": count,
        "branches": [{"count": taken, "throw": False, "fallthrough": False} for taken in branches],
        "gcovr/noncode": noncode,
        "gcovr/excluded": False,
    }


DOCUMENT = {
    "files": [
        {
            "file": "a.cpp",
            "lines": [line(1, 0, noncode=True), line(2, 5, (5, 0)), line(3, 0, (0, 0)), line(4, 5, (3, 2))],
        }
    ]
}
SOURCES = {"a.cpp": ["{", "  if (a) b();  // why", "  c();", "  if (d) e();"]}


def test_a_gap_is_a_line_never_run_or_branches_never_taken():
    assert gaps(DOCUMENT, SOURCES) == (
        Gap("a.cpp", 2, "if (a) b();", "1 of 2 branches never taken"),
        Gap("a.cpp", 3, "c();", "never run"),
    )


def test_the_numbers_count_code_alone():
    assert totals(DOCUMENT) == (FileCoverage("a.cpp", lines=3, lines_run=2, branches=6, branches_taken=3),)
