"""What a target needs before it can be tested here, and what of it is missing."""

from __future__ import annotations

import apibuf_system
from apibuf_common import platforms, project
from apibuf_common.errors import CannotRun
from apibuf_setup import prepare, roots, wine_32_bits
from apibuf_setup.roots import Root
from apibuf_targets.targets import Reach, Target

NO_SERVER = "only root can start the smbd that cases about buffers of other functions need; they are not-run"


def provide_library(target: Target) -> None:
    """Provides the target's library: its packages, or its build. Raises CannotRun."""
    if not target.runs_here:
        raise CannotRun(not_here(target))
    prepare.install(packages_of(target) if not target.is_library else target.packages)
    if target.python_packages:
        prepare.python_environment(target.name, target.python_packages)
    if target.root:
        prepare.make_root(target.root)
    if target.is_built_here:
        assert target.path is not None
        preset = platforms.named(target.platform).preset
        prepare.build(preset, str(target.path.relative_to(project.BUILD / preset)))


def root_of(target: Target) -> Root | None:
    """The Debian root that the target is tested in; None where it needs none."""
    if not target.is_library:
        return None
    if target.root or not platforms.named(target.platform).needs_root:
        return target.root
    return roots.FOR_32_BITS if wine_32_bits.of_path() is None else None


def not_here(target: Target) -> str:
    """Why this system cannot have a target: a sentence for a target that does not run here."""
    needed = target.runs_on or (target.platform.partition("-")[0] if target.is_library else "linux")
    return f"{target.name} needs {needed.capitalize()}, and this is {apibuf_system.NAME.capitalize()}"


def packages_of(target: Target) -> tuple[str, ...]:
    """The packages without which the target cannot be tested here."""
    if target.reached_by is Reach.WORKER:
        return target.packages
    platform = platforms.named(target.platform) if target.is_library else platforms.native()
    starting = platform.wine.packages if platform.wine and platform.needs_wine and not platform.needs_root else ()
    if root_of(target):
        starting = roots.PACKAGES
    if platform.emulator_here:
        starting = (*starting, *platform.emulator_here.packages)
    server_packages = prepare.SERVER_PACKAGES if target.needs_server else ()
    packages = prepare.packages_of_preset(platform.preset) + starting + target.packages + server_packages
    return tuple(dict.fromkeys(packages))


def readiness(target: Target) -> str:
    """`ready`, or what is missing."""
    if not target.runs_here:
        return f"not here: {not_here(target)}"
    root = root_of(target)
    unavailable = roots.unavailable() if root else ""
    if unavailable:
        return f"not here: {unavailable}"
    lacking = prepare.missing(packages_of(target))
    if lacking:
        hint = "`apibuf run` installs them where it may" if project.IS_CHECKOUT else "install them with apt-get"
        return f"missing: {' '.join(lacking)} ({hint})"
    if root and not root.folder.exists():
        return f"ready; `apibuf run` first makes its Debian root, which takes {roots.COST}"
    return f"ready in part: {NO_SERVER}" if target.needs_server and not _can_start_a_server() else "ready"


def _can_start_a_server() -> bool:
    """Whether this user may start the server that some targets need. It runs on Linux alone."""
    from apibuf_setup.samba import server

    return server.is_startable()
