"""What `apibuf targets` says of a target that this user can test only in part."""

import os

import pytest

from apibuf_targets import readiness
from apibuf_targets.targets import load_all


@pytest.mark.parametrize("name", ["samba", "reference"])
def test_a_target_whose_server_only_root_can_start_is_ready_in_part(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    target = load_all()[name]
    monkeypatch.setattr(readiness.prepare, "missing", lambda _: ())
    assert os.geteuid() == 0, "this test needs root, as the whole run does"
    assert readiness.readiness(target) == "ready"
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    in_part = f"ready in part: {readiness.NO_SERVER}"
    assert readiness.readiness(target) == (in_part if name == "samba" else "ready")
