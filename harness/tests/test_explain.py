"""The pages of `apibuf explain`: whole, true of the catalogue, and fit for a terminal."""

import pytest

from apibuf_cli.commands.explain import explain
from apibuf_common.errors import WrongUsage
from apibuf_runner.catalogue import EVIDENCE, Catalogue
from apibuf_setup import prepare


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """All that there is to explain."""
    return prepare.catalogue()


def page(catalogue: Catalogue, id: str) -> str:
    """The only page of the id, its lines joined."""
    (text,) = explain(catalogue, id)
    return " ".join(text.split())


def test_everything_has_a_page_that_fits_a_terminal(catalogue: Catalogue) -> None:
    ids = [*EVIDENCE, *(one.id for one in catalogue.requirements), *(one.id for one in catalogue.cases)]
    for id in dict.fromkeys(ids):
        for text in explain(catalogue, id):
            lines = text.split("\n")
            assert all(line.isprintable() and line == line.rstrip() for line in lines), id
            assert all(len(line) <= 100 or " " not in line.strip() or "http" in line for line in lines), id
            assert '{"' not in text, id


def test_the_page_of_an_evidence_level_tells_who_judges_by_it_and_its_requirements(catalogue: Catalogue) -> None:
    text = page(catalogue, "windows")
    assert "judged by --profile windows, --profile strict" in text
    for requirement in catalogue.requirements:
        assert (f"{requirement.id}: " in text) == (requirement.evidence == "windows")
    assert "judged by no profile" in page(catalogue, "unknown")


@pytest.mark.parametrize(("id", "group"), [("NetApiBufferSize", "size"), ("free", "free"), ("remote", "remote")])
def test_the_page_of_a_function_lists_all_its_requirements(catalogue: Catalogue, id: str, group: str) -> None:
    text = page(catalogue, id)
    for requirement in catalogue.requirements:
        listed = f"{requirement.evidence} {requirement.id}: {requirement.statement}"
        assert (listed in text) == requirement.id.startswith(f"{group}/"), requirement.id
    assert f"--select '{group}/*'" in text


def test_the_page_of_a_requirement_tells_its_source_and_all_its_cases(catalogue: Catalogue) -> None:
    text = page(catalogue, "allocate/null-out")
    assert "source wine/dlls/netapi32/tests/apibuf.c" in text
    assert all(f"{case.id}: " in text for case in catalogue.covering("allocate/null-out"))


def test_the_page_of_a_case_tells_its_steps_and_what_they_must_give(catalogue: Catalogue) -> None:
    text = page(catalogue, "allocate/null-out-1-byte")
    assert "1. NetApiBufferAllocate(ByteCount=1, Buffer=NULL) gives ERROR_INVALID_PARAMETER (87)" in text
    assert "harness/apibuf repro allocate/null-out-1-byte --target TARGET" in text
    assert "conformance/properties" in page(catalogue, "allocate/disjoint-very-many")


def test_a_near_miss_is_asked_about(catalogue: Catalogue) -> None:
    with pytest.raises(WrongUsage, match="did you mean inferred"):
        explain(catalogue, "infered")
