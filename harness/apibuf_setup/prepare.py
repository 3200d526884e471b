"""Prepares what an activity needs: Debian packages, and this project's own builds."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from apibuf_common import platforms, project
from apibuf_common.errors import BadInput, CannotRun
from apibuf_common.messages import note
from apibuf_common.platforms import Emulator
from apibuf_runner.catalogue import Catalogue, CatalogueError, parse
from apibuf_setup import build_progress, libraries, roots, wine, wine_32_bits
from apibuf_setup.roots import Root
from apibuf_setup.vector_files import VectorFile
from apibuf_setup.wine import Wine
from apibuf_system import lock_file

NATIVE = ("g++", "cmake", "ninja-build", "doctest-dev", "nlohmann-json3-dev")
TEST_PRESET_PACKAGES = {
    "linux-clang-address-undefined": ("clang-22", "libclang-rt-22-dev"),
    "linux-clang-thread": ("clang-14", "libclang-rt-14-dev"),
}
"""The packages of the presets that build no platform's worker, only the project's own tests."""

WHEEL_COMPILER = ("clang-14",)
"""The packages of the presets that build the wheel's workers for Linux."""

SERVER_PACKAGES = ("samba", "samba-common-bin", "iproute2", "util-linux")
CATALOGUE_LIMIT_S = 30
REMEDY = f"remove {project.BUILD} to rebuild" if project.IS_CHECKOUT else "install the suite again"
"""What helps where a worker that was built is not usable."""

GOOGLE_BENCHMARK = project.BUILD / "google-benchmark"
DEBIAN_11 = {"amd64": project.BUILD / "debian-11", "arm64": project.BUILD / "debian-11-arm64"}
"""The folders of its headers and libraries, by architecture; CMakePresets.json names them too."""

DEBIAN_11_PACKAGES = ("libc6", "libc6-dev", "linux-libc-dev", "libgcc-s1", "libgcc-10-dev", "libstdc++-10-dev")
DEBIAN_11_PACKAGES_FOR_32_BITS = (
    "libc6-i386",
    "libc6-dev-i386",
    "lib32gcc-s1",
    "lib32gcc-10-dev",
    "lib32stdc++-10-dev",
)
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def catalogue(files: Sequence[VectorFile] = ()) -> Catalogue:
    """What the native worker carries, which is built for it, and these files. Raises CannotRun, BadInput."""
    try:
        return parse(printed_catalogue(files))
    except CatalogueError as error:
        raise CannotRun(f"the worker's catalogue is unusable: {error}; {REMEDY}") from error


def printed_catalogue(files: Sequence[VectorFile] = ()) -> str:
    """What the native worker, which is built for it, prints as its catalogue. Raises CannotRun, BadInput."""
    command = [str(worker(platforms.native().name)), "--catalogue", *(f"--vectors={file.path}" for file in files)]
    try:
        done = subprocess.run(
            command, capture_output=True, check=True, timeout=CATALOGUE_LIMIT_S, stdin=subprocess.DEVNULL
        )
        return done.stdout.decode()
    except subprocess.CalledProcessError as error:
        said = (error.stderr.decode(errors="replace").split("\n")[-2:] or [""])[0].strip()
        if not files:
            raise CannotRun(f"{command[0]} prints no catalogue: {said}; {REMEDY}") from error
        raise BadInput(f"the vector files cannot be used: {said.removeprefix('apibuf-worker: ')}") from error
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError) as error:
        raise CannotRun(f"{command[0]} prints no catalogue: {error}; {REMEDY}") from error


def worker(platform: str) -> Path:
    """The worker of a platform, built if need be. Raises CannotRun."""
    described = platforms.named(platform)
    return build(described.preset, described.worker)


def portable_worker(platform: str) -> Path:
    """The worker of a platform for an older C library than this machine's, built if need be. Raises CannotRun."""
    described = platforms.named(platform)
    if not project.CAN_BUILD:
        return worker(platform)
    return build(described.wheel_preset, described.worker)


def emulator_of(platform: str, root: Path | None = None) -> tuple[str, ...]:
    """What comes before a program of a platform on this machine, installed if need be; empty where that is nothing.

    root: the folder with the program's libraries; None for the usual one. Raises CannotRun.
    """
    emulator = platforms.named(platform).emulator_here
    if emulator is None:
        return ()
    install(emulator.packages)
    if shutil.which(emulator.command[0]) is None:
        raise CannotRun(f"{platform} needs the emulator {emulator.command[0]} here; install it, or name a --launcher")
    return emulator.started_in(root)


def version_of_emulator(emulator: Emulator) -> str:
    """What an emulator calls itself, such as `qemu-aarch64 version 7.2.22`; empty where it does not say."""
    return _printed((emulator.command[0], "--version")).partition("\n")[0]


def make_root(root: Root) -> None:
    """Makes a Debian root where there is none. Raises CannotRun."""
    unavailable = roots.unavailable()
    if unavailable:
        raise CannotRun(unavailable)
    install(roots.PACKAGES + (root.emulator.packages if root.emulator else ()))
    with _lock(f"{root.name}.lock", roots.FOLDER) as lock:
        if root.folder.exists():
            return
        note(f"making a Debian root in {root.folder}, once, which takes {roots.COST}")
        for command in root.making(_debian_mirror(lock)):
            _logged(command, f"root-{root.name}", lock)


def packages_of_preset(preset: str) -> tuple[str, ...]:
    """The packages that building a preset needs: none where it was built before. Raises CannotRun."""
    if not project.CAN_BUILD:
        return ()
    if preset in TEST_PRESET_PACKAGES:
        return NATIVE + TEST_PRESET_PACKAGES[preset]
    return NATIVE + next(
        each.build_packages if each.preset == preset else WHEEL_COMPILER
        for each in platforms.load_all().values()
        if preset in (each.preset, each.wheel_preset)
    )


@cache
def build(preset: str, output: str) -> Path:
    """Has the preset's build make one file, named relative to its folder, and returns it. Raises CannotRun.

    Once a process: what is up to date stays so while a command runs.
    """
    folder = project.BUILD / preset
    if not project.CAN_BUILD:
        return _built_before(folder / output)
    # Only before the first build: to ask for packages costs each later run some 30 ms.
    if not (folder / output).exists():
        install(packages_of_preset(preset))
        provide_sysroot(preset)
    with _lock(f"{preset}.lock") as lock:
        if not (folder / output).exists():
            note(f"building {Path(output).name} for {preset}, which may take a minute")
        if not (folder / "build.ninja").exists():
            _logged(["cmake", "--preset", preset], f"configure-{preset}", lock)
        _logged(["ninja", "-C", str(folder), output], f"build-{preset}", lock)
    return folder / output


def _built_before(file: Path) -> Path:
    """A file that was built before. Raises CannotRun if it was not."""
    if not file.exists():
        if not project.IS_CHECKOUT:
            raise CannotRun(f"{file} is missing in this installation; {REMEDY}")
        raise CannotRun(f"{file} is missing, and it cannot be built on Windows; build it on Linux, in this folder")
    return file


def wine_of(platform: str, program: Path | None = None, root: Root | None = None) -> Wine:
    """The Wine that a Windows platform's programs run under, with its prefix, made if need be. Raises CannotRun.

    program: that of another Wine than the usual one. root: the Debian root that has the Wine to use.
    """
    described = platforms.named(platform)
    if described.wine is None:
        raise CannotRun(f"programs for {platform} do not run under Wine")
    if program is not None:
        return _with_prefix(wine.of_program(program))
    if root is None and described.needs_root:
        own = wine_32_bits.of_path()
        if own is not None:
            return own
        root = roots.FOR_32_BITS
    if root is not None:
        make_root(root)
        return _with_prefix(wine.of_root(root))
    install(described.wine.packages)
    return _with_prefix(wine.of_source(described.wine.source))


def _with_prefix(found: Wine) -> Wine:
    if not found.has_prefix:
        note("making a Wine prefix, which takes some ten seconds")
        found.make_prefix()
    return found


def python_environment(name: str, packages: Sequence[str]) -> Path:
    """The Python of an environment with these packages, made if need be. Raises CannotRun.

    packages: with their versions, as pip takes them. Others make another environment.
    """
    digest = hashlib.sha256("\n".join(packages).encode()).hexdigest()[:8]
    folder = project.STATE / "python" / f"{name}-{digest}"
    python = folder / "bin" / "python"
    with _lock(f"python-{name}.lock") as lock:
        if not folder.exists():
            note(f"installing {' '.join(packages)} for {name}, in an environment of its own")
            unfinished = empty_unfinished(folder)
            _logged([sys.executable, "-m", "venv", "--without-pip", str(unfinished)], f"python-{name}", lock)
            site = _printed([str(unfinished / "bin" / "python"), "-c", "import site; print(site.getsitepackages()[0])"])
            _logged(libraries.installing(Path(site.strip()), packages), f"python-{name}-packages", lock)
            unfinished.rename(folder)
    return python


def google_benchmark_source() -> None:
    """Fetches Debian's source of Google Benchmark, of which there is no package for Windows. Raises CannotRun."""
    install(("dpkg-dev", "debian-archive-keyring"))
    with _lock("google-benchmark.lock") as lock:
        if GOOGLE_BENCHMARK.exists():
            return
        note("fetching Debian's source of Google Benchmark")
        unfinished = empty_unfinished(GOOGLE_BENCHMARK)
        apt = _private_apt(unfinished, "deb-src", _debian_mirror(lock), roots.SOURCE_RELEASE)
        _logged([*apt, "update"], "google-benchmark-update", lock)
        _logged([*apt, "source", "benchmark"], "google-benchmark-source", lock, unfinished)
        unfinished.rename(GOOGLE_BENCHMARK)


def provide_sysroot(preset: str) -> None:
    """Fetches what a preset for other machines builds with: headers and libraries of Debian 11, with glibc 2.31.

    Raises CannotRun.
    """
    users = [each for each in platforms.load_all().values() if each.wheel_preset == preset]
    if users and users[0].sysroot:
        _debian_11_sysroot(users[0].sysroot)


def _debian_11_sysroot(architecture: str) -> None:
    """Fetches the headers and libraries of Debian 11 for one of Debian's architectures. Raises CannotRun."""
    install(("debian-archive-keyring",))
    folder = DEBIAN_11[architecture]
    with _lock(f"{folder.name}.lock") as lock:
        if folder.exists():
            return
        note(f"fetching the headers and libraries of Debian 11 for {architecture}, about 20 MB")
        unfinished = empty_unfinished(folder)
        downloads = empty_unfinished(folder.with_name(f"{folder.name}-packages"))
        apt = _private_apt(downloads, "deb", _debian_mirror(lock), "bullseye")
        apt += ["-o", f"APT::Architecture={architecture}", "-o", f"APT::Architectures={architecture}"]
        packages = DEBIAN_11_PACKAGES + (DEBIAN_11_PACKAGES_FOR_32_BITS if architecture == "amd64" else ())
        _logged([*apt, "update"], "debian-11-update", lock)
        _logged([*apt, "download", *packages], "debian-11-packages", lock, downloads)
        for package in sorted(downloads.glob("*.deb")):
            _logged(["dpkg-deb", "--extract", str(package), str(unfinished)], "debian-11-unpack", lock)
        shutil.rmtree(downloads)
        _make_links_relative(unfinished)
        if architecture == "amd64":
            # A compiler for 32 bits does not look into the folder of x86_64.
            (unfinished / "usr" / "include" / "asm").symlink_to("x86_64-linux-gnu/asm")
        unfinished.rename(folder)


def _make_links_relative(root: Path) -> None:
    """Absolute links of a tree that is not at / lead to their place in it."""
    for link in [path for path in root.rglob("*") if path.is_symlink()]:
        target = link.readlink()
        if target.is_absolute():
            link.unlink()
            link.symlink_to(os.path.relpath(root / target.relative_to("/"), link.parent))


def empty_unfinished(folder: Path) -> Path:
    """An empty folder beside this one, to be renamed to it when it is complete. Raises OSError."""
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    return unfinished


def _private_apt(folder: Path, kind: str, mirror: str, release: str) -> list[str]:
    """The start of an apt-get command that has its files below a folder and knows this source only."""
    (folder / "lists" / "partial").mkdir(parents=True)
    (folder / "archives" / "partial").mkdir(parents=True)
    source_list = folder / "sources.list"
    source_list.write_text(f"{kind} [signed-by={KEYRING}] {mirror} {release} main\n", encoding="utf-8")
    options = (
        f"Dir::Etc::SourceList={source_list}",
        "Dir::Etc::SourceParts=/dev/null",
        f"Dir::State::Lists={folder / 'lists'}",
        # What this machine has installed is no version to choose.
        "Dir::State::Status=/dev/null",
        f"Dir::Cache={folder}",
        "APT::Sandbox::User=root",
    )
    return ["apt-get", *(word for option in options for word in ("-o", option))]


def install(packages: Iterable[str]) -> None:
    """Installs those of Debian's packages that are missing, after saying which. Raises CannotRun.

    An installed suite only says how to install them: it changes nothing of the system.
    """
    lacking = missing(packages)
    if not lacking:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *lacking]
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not project.IS_CHECKOUT or shutil.which("apt-get") is None or (as_root and not _succeeds([*as_root, "true"])):
        raise CannotRun(f"packages are missing; install them with: sudo {shlex.join(command)}")
    note(f"installing {' '.join(lacking)}")
    quietly = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive"]
    with _lock("packages.lock") as lock:
        _logged([*quietly, "apt-get", "update"], "packages-update", lock)
        _logged([*quietly, *command], "packages-install", lock)


def missing(packages: Iterable[str]) -> tuple[str, ...]:
    """Those of the packages that are not installed; none where the system has no Debian packages to ask for."""
    names = tuple(packages)
    if not names or shutil.which("dpkg-query") is None:
        return ()
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    lines = [line.split() for line in asked.stdout.splitlines()]
    installed = {package for package, status in lines if status == "installed"}
    return tuple(name for name in names if name not in installed)


def remove_root(root: Root) -> bool:
    """Removes a Debian root, and returns whether there was one. Raises CannotRun."""
    system = wine.of_root(root)
    with _lock(f"{root.name}.lock", roots.FOLDER) as lock:
        if system.has_prefix:
            system.end_servers()
        found = [folder for folder in (root.folder, root.unfinished) if folder.exists()]
        for folder in found:
            _logged(["rm", "--recursive", "--force", "--one-file-system", str(folder)], f"root-{root.name}", lock)
    return bool(found)


def _debian_mirror(lock: int) -> str:
    """The address of the mirror that the machine's apt has Debian's packages from. Raises CannotRun."""
    address = roots.mirror(_printed(roots.INDEXES))
    if address is None:
        # What apt has never updated it does not list.
        _logged(["apt-get", "update"], "packages-update", lock)
        address = roots.mirror(_printed(roots.INDEXES))
    if address is None:
        raise CannotRun("apt knows no source of Debian's packages; add one to /etc/apt")
    return address


@contextmanager
def _lock(name: str, folder: Path | None = None) -> Iterator[int]:
    """Two commands at once must not build in one folder. Yields the lock's descriptor.

    folder: where the lock is, if other checkouts use what it guards.
    """
    folder = folder or project.STATE
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w") as file:
        lock_file(file)
        yield file.fileno()


def _logged(command: Sequence[str], name: str, lock: int, folder: Path = project.ROOT) -> None:
    """Runs a command in a folder, its output in a log, which is shown where it fails. Raises CannotRun.

    A command that takes long shows its progress.

    The command holds the lock too: it may live on after we were killed.
    """
    project.LOGS.mkdir(parents=True, exist_ok=True)
    log = project.LOGS / f"{name}.log"
    try:
        with (
            log.open("wb") as output,
            subprocess.Popen(
                command,
                cwd=folder,
                pass_fds=[lock],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            ) as process,
        ):
            exit_code = build_progress.wait(process, log, name)
    except OSError as error:
        raise CannotRun(f"{command[0]} could not be started: {error.strerror}; is it on the PATH?") from error
    if exit_code != 0:
        sys.stderr.write(log.read_text(errors="replace"))
        raise CannotRun(f"this failed, with its output above and in {log}: {shlex.join(command)}")


def _printed(command: Sequence[str]) -> str:
    """What a command prints; nothing where it cannot be started."""
    try:
        return subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL, text=True).stdout
    except OSError:
        return ""


def _succeeds(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, stdin=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False
