"""The reference's decisions are written down, each with a question that the suite really records."""

import re
from pathlib import Path

from apibuf_common import project

DECISIONS = project.ROOT / "reference" / "DECISIONS.md"
DECISION = re.compile(r"\bD[0-9]+\b")


def test_the_requirements_that_decisions_name_exist() -> None:
    named = re.findall(r"`([a-z]+/[a-z0-9-]+)`", DECISIONS.read_text(encoding="utf-8"))
    listed = (project.ROOT / "vectors" / "requirements.json").read_text(encoding="utf-8")
    assert named
    assert [id for id in named if f'"{id}"' not in listed] == []


def test_the_decisions_that_the_code_names_exist() -> None:
    written = {line.split()[1] for line in DECISIONS.read_text(encoding="utf-8").splitlines() if line.startswith("| D")}
    named = {decision for file in _sources() for decision in DECISION.findall(file.read_text(encoding="utf-8"))}
    assert named
    assert named - written == set()


def _sources() -> list[Path]:
    return [
        *DECISIONS.parent.glob("*.cpp"),
        *DECISIONS.parent.glob("include/*.h"),
        *DECISIONS.parent.glob("tests/*.cpp"),
    ]
