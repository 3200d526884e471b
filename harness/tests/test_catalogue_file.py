"""conformance/catalogue.json is what the worker says, and what shows cases needs nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from apibuf_cli.__main__ import main
from apibuf_common import project
from apibuf_common.errors import CannotRun
from apibuf_runner.catalogue import Catalogue
from apibuf_setup import catalogue_file, libraries, prepare


def test_the_file_is_what_the_worker_says() -> None:
    current = catalogue_file.text_of(prepare.printed_catalogue())
    assert catalogue_file.FILE.read_text(encoding="utf-8") == current, "run harness/apibuf catalogue --update"


def test_an_update_writes_both_generated_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In a copy, since other tests read the vectors at the same time."""
    current = catalogue_file.text_of(prepare.printed_catalogue())
    coverage = project.ROOT / "vectors" / "coverage.md"
    shutil.copytree(coverage.parent, tmp_path / "vectors")
    stale = tmp_path / "vectors" / "coverage.md"
    stale.write_bytes(coverage.read_bytes() + b"a line too much\n")
    monkeypatch.setattr(project, "ROOT", tmp_path)
    # The tests run, so what developers need is installed.
    monkeypatch.setattr(libraries, "require_developers", lambda: None)
    monkeypatch.setattr(catalogue_file, "FILE", tmp_path / "catalogue.json")
    assert main(["catalogue", "--update"]) == 0
    assert catalogue_file.FILE.read_text(encoding="utf-8") == current
    assert stale.read_bytes() == coverage.read_bytes()


def test_the_file_holds_all_that_the_worker_says() -> None:
    printed = prepare.printed_catalogue()
    assert json.loads(catalogue_file.text_of(printed)) == json.loads(printed)


@pytest.mark.parametrize("arguments", [["explain", "free/null"], ["run", "--list"], ["run", "--list", "wine"]])
def test_cases_are_shown_without_a_worker(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def build(*unused: object) -> Path:
        raise CannotRun("this needs a build")

    monkeypatch.setattr(prepare, "build", build)
    assert main(arguments) == 0
    assert "free/null-once" in capsys.readouterr().out


def test_vectors_that_have_changed_are_asked_of_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    of_worker = Catalogue(catalogue_file.load().suite, (), ())
    monkeypatch.setattr(prepare, "catalogue", lambda: of_worker)
    assert catalogue_file.load() is not of_worker
    monkeypatch.setattr(catalogue_file, "vectors_sha256", lambda: "0" * 64)
    assert catalogue_file.load() is of_worker


def test_a_file_that_is_none_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "catalogue.json"
    broken.write_text("{", encoding="utf-8")
    monkeypatch.setattr(catalogue_file, "FILE", broken)
    with pytest.raises(CannotRun, match=r"catalogue\.json cannot be read: .*; write it with: harness/apibuf catalogue"):
        catalogue_file.load()
