"""The published report is what the published streams say, and names nothing of the machine that made them."""

import re
from pathlib import Path

import pytest

from apibuf_reports import formats, stream

PROJECT = Path(__file__).parents[2]
PUBLISHED = PROJECT / "reports" / "published"
FILES = sorted(PUBLISHED.glob("*/results.jsonl"))
# Where Debian's packages put libraries.
SYSTEM_FOLDERS = ("/lib/", "/usr/")


@pytest.fixture(scope="module")
def streams() -> list[stream.Stream]:
    """All published streams."""
    return [stream.read(file) for file in FILES]


def test_every_target_is_published(streams: list[stream.Stream]) -> None:
    targets = sorted(file.stem for file in (PROJECT / "harness" / "targets").glob("*.toml"))
    assert [told.header.target.name for told in streams] == [file.parent.name for file in FILES] == targets


def test_all_are_whole_runs_of_one_suite(streams: list[stream.Stream]) -> None:
    assert len({(told.header.suite.vectors_sha256, told.header.profile) for told in streams}) == 1
    # Not all are complete: what a machine cannot show (an implementation that gives no part of a list) is not-run.
    assert all(told.footer.error is None and told.header.selection.shard is None for told in streams)
    assert {told.header.selection.select for told in streams} == {()}


@pytest.mark.parametrize(("name", "links"), [("html", ("bench/bench.svg",)), ("markdown", ())])
def test_the_published_report_is_what_the_streams_say(
    name: str, links: tuple[str, ...], streams: list[stream.Stream], request: pytest.FixtureRequest
) -> None:
    module = formats.available()[name]
    report = module.render(streams, *links).encode("utf-8")
    assert all((PUBLISHED / link).is_file() for link in links)
    published = PUBLISHED / module.FILE_NAME
    if request.config.getoption("--update-golden"):
        published.write_bytes(report)
    assert report == published.read_bytes()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_no_path_of_a_machine_is_published(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("\\n", "\n")
    paths = re.findall(r"(?<![\w.:/*-])/[\w.-]+/|Z:\\", text)
    assert set(paths) <= set(SYSTEM_FOLDERS)
