"""What describes a platform: one file of harness/platforms, from which everything else takes what it needs."""

import json
from pathlib import Path

import pytest

from apibuf_common import platforms, project
from apibuf_common.errors import CannotRun

WHOLE = """\
preset = "linux-gcc"
build_packages = []
executable_suffix = ""
library_suffix = ".so"
compiler = "cc"
binary = { format = "ELF", machine = 62, word_bits = 64 }
"""


def test_each_platform_has_a_preset_and_a_worker_of_its_own() -> None:
    presets = json.loads((project.ROOT / "CMakePresets.json").read_text(encoding="utf-8"))["configurePresets"]
    used = [platform.preset for platform in platforms.load_all().values()]
    assert len(set(used)) == len(used)
    assert set(used) <= {preset["name"] for preset in presets}
    assert platforms.named("linux-i686").worker == "conformance/apibuf-worker"
    assert platforms.named("windows-i686").worker == "conformance/apibuf-worker.exe"


def test_a_platform_of_windows_is_one_by_its_name_and_by_its_binaries() -> None:
    for platform in platforms.load_all().values():
        assert (platform.name in platforms.windows_names()) == platform.is_windows == (platform.wine is not None)


def test_there_is_no_platform_of_another_name() -> None:
    with pytest.raises(CannotRun, match="no platform 'amiga'; there are linux-aarch64, linux-x86_64"):
        platforms.named("amiga")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("preset = ", id="no TOML"),
        pytest.param(WHOLE.replace('compiler = "cc"\n', ""), id="a member is missing"),
        pytest.param(WHOLE + 'colour = "red"\n', id="a member is unknown"),
        pytest.param(WHOLE.replace("ELF", "COFF"), id="no format of libraries"),
        pytest.param(WHOLE.replace("64 }", "16 }"), id="no size of a word"),
        pytest.param(WHOLE.replace("machine = 62", 'machine = "62"'), id="no number of a machine"),
        pytest.param(WHOLE + 'wine = { from = "elsewhere", packages = [] }\n', id="no source of Wine"),
        pytest.param(WHOLE + "emulator = { command = [], packages = [] }\n", id="no processor without an emulator"),
    ],
)
def test_a_file_that_describes_no_platform_is_refused(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "odd.toml").write_text(text)
    monkeypatch.setattr(project, "PLATFORMS", tmp_path)
    platforms.load_all.cache_clear()
    try:
        with pytest.raises(CannotRun, match=r"odd\.toml is no description of a platform"):
            platforms.load_all()
    finally:
        platforms.load_all.cache_clear()
