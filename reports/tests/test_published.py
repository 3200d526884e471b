"""The published report is what the published streams say, and names nothing of the machine that made them."""

import re
from pathlib import Path
from typing import Any

import pytest
from pages import embedded, visible

from apibuf_reports import stream
from apibuf_reports.formats import html, markdown

PROJECT = Path(__file__).parents[2]
PUBLISHED = PROJECT / "reports" / "published"
FILES = sorted(PUBLISHED.glob("*/results.jsonl"))
SPEED_PICTURE = "bench/bench.svg"
# Where Debian's packages put libraries.
SYSTEM_FOLDERS = ("/lib/", "/usr/")


@pytest.fixture(scope="module")
def streams() -> list[stream.Stream]:
    """All published streams."""
    return [stream.read(file) for file in FILES]


def test_every_published_stream_is_of_the_target_that_its_folder_names(streams: list[stream.Stream]) -> None:
    targets = {file.stem for file in (PROJECT / "harness" / "targets").glob("*.toml")}
    folders = [file.parent.name for file in FILES]
    assert [results.header.target.name for results in streams] == folders
    # A new target need not be published; what is published needs a target.
    assert folders and set(folders) <= targets


def test_all_are_whole_runs_of_one_suite(streams: list[stream.Stream]) -> None:
    assert len({(results.header.suite.vectors_sha256, results.header.profile) for results in streams}) == 1
    # Not all are complete: what a machine cannot show (an implementation that gives no part of a list) is not-run.
    assert all(results.footer.error is None and results.header.selection.shard is None for results in streams)
    assert {results.header.selection.select for results in streams} == {()}


def test_the_published_table_is_what_the_streams_say(
    streams: list[stream.Stream], request: pytest.FixtureRequest
) -> None:
    report = markdown.render(streams).encode("utf-8")
    published = PUBLISHED / markdown.FILE_NAME
    if request.config.getoption("--update-golden"):
        published.write_bytes(report)
    assert report == published.read_bytes()


def test_the_published_page_is_what_the_streams_say(
    streams: list[stream.Stream], request: pytest.FixtureRequest
) -> None:
    """By its data and its texts: how a page looks is the golden page's affair, and rewrites no published one."""
    assert (PUBLISHED / SPEED_PICTURE).is_file()
    report = html.render(streams, SPEED_PICTURE)
    published = PUBLISHED / html.FILE_NAME
    if request.config.getoption("--update-golden") and said(report) != said(published.read_text(encoding="utf-8")):
        published.write_text(report, encoding="utf-8")
    assert said(report) == said(published.read_text(encoding="utf-8"))


def said(page: str) -> tuple[dict[str, Any], list[str]]:
    """Returns all that a page says to its reader."""
    return embedded(page), visible(page)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_no_path_of_a_machine_is_published(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("\\n", "\n")
    paths = re.findall(r"(?<![\w.:/*}-])/[\w.-]+/|Z:\\", text)
    assert set(paths) <= set(SYSTEM_FOLDERS)
