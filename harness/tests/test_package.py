"""What users install, as they install it: the wheel on bare systems, the zip under Wine."""

import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import psutil
import pytest
import yaml
from hatchling.builders.wheel import WheelBuilder
from leaving_results import results_below
from mingw_command import compile_for_windows

from apibuf_cli.__main__ import main
from apibuf_common import platforms, project
from apibuf_common.errors import ExitCode
from apibuf_reports import stream
from apibuf_setup import catalogue_file, libraries, prepare, roots
from apibuf_setup import wine as wines
from apibuf_setup.wine import Wine

LIMIT_S = 600
USER = 1000
ENTER = 'mount --rbind /proc "$0/proc" && exec chroot --userspec=1000:1000 "$0" /usr/bin/env --chdir=/home/user "$@"'
WITH_32_BITS = 'mount --bind "$0" /usr/lib/x86_64-linux-gnu/wine/i386-windows && exec "$@"'
PRNG = """\
#include <windows.h>
#include <ntsecapi.h>
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size) { return RtlGenRandom(data, size); }
"""
"""What Rust's run-time asks of Windows 10, and Wine 8.0 lacks."""

GROUPS = sorted({case.id.partition("/")[0] for case in catalogue_file.load().cases})
"""What ids of cases begin with."""

HOSTILE = Path(__file__).with_name("hostile_windows.c")
CRASH, HANG = {"crash"}, {"timeout", "not-run"}
"""On a machine that is busy all the time, a hang is not told from a worker that is not let run."""
HARMS = {
    "exits": (CRASH, "exit code 0"),
    "aborts": (CRASH, "exit code 3"),
    "hangs": (HANG, "nothing was heard for"),
    "floods": (HANG, "nothing was heard for"),
    "ends_its_thread": (CRASH, "exit code 7"),
    "leaves_a_child": (CRASH, "exit code 0"),
    "closes_handles": (CRASH | HANG, ""),
    "closes_its_channel_and_exits_late": (CRASH, "exit code 0"),
    "eats_memory": (CRASH | HANG, ""),
    "corrupts_the_heap": (CRASH | HANG, ""),
    # Under Wine the stack that is left is too small for last words at times.
    "overflows_its_stack": (CRASH, ""),
    "throws": (CRASH, "exception"),
    "terminates_itself": (CRASH, "exit code 0"),
}
"""What NetApiBufferFree of HOSTILE may do: the verdicts that its case may have, and words that the reason must have."""

ACTION = yaml.safe_load((project.ROOT / "action.yml").read_text(encoding="utf-8"))

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root makes a root of Debian")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what `apibuf package` makes."""
    folder = tmp_path_factory.mktemp("package")
    assert main(["package", "--out", str(folder)]) == ExitCode.OK
    return folder


def wheel_in(folder: Path) -> Path:
    """The wheel of a folder."""
    (file,) = folder.glob("apibuf-*.whl")
    return file


@pytest.fixture(scope="session")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The verdicts of a run in the checkout, of the library that installed suites run as well."""
    folder = tmp_path_factory.mktemp("checkout")
    main(["run", str(library()), "--out", str(folder)])
    return verdicts(folder)


def library() -> Path:
    """A library that does not conform, and needs nothing of the machine."""
    return prepare.build(
        "linux-gcc", "conformance/faults/size-of-null-is-another-error/size-of-null-is-another-error.so"
    )


def verdicts(folder: Path) -> Mapping[str, str]:
    """The verdicts of the run with its results in this folder, by case."""
    return {case.id: case.verdict for case in stream.read(results_below(folder)).cases}


def test_the_same_commit_makes_the_same_bytes_and_their_sums(made: Path, tmp_path: Path) -> None:
    assert main(["package", "--out", str(tmp_path)]) == ExitCode.OK
    for file in made.iterdir():
        assert file.read_bytes() == (tmp_path / file.name).read_bytes()
    subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=made, check=True)
    assert len((made / "SHA256SUMS").read_text().splitlines()) == 2


def test_no_program_in_the_wheel_says_when_it_was_made(made: Path) -> None:
    with zipfile.ZipFile(wheel_in(made)) as wheel:
        programs = {name: wheel.read(name) for name in wheel.namelist() if name.endswith((".exe", ".dll"))}
    headers = {name: int.from_bytes(data[0x3C:0x40], "little") for name, data in programs.items()}
    assert len(programs) == 4
    assert [name for name, start in headers.items() if any(programs[name][start + 8 : start + 12])] == []


def test_the_zip_lists_no_program_of_the_machine_that_made_it(made: Path) -> None:
    (file,) = made.glob("*.zip")
    with zipfile.ZipFile(file) as packed:
        records = [name for name in packed.namelist() if name.endswith(".dist-info/RECORD")]
        assert len(records) > 5 and [name for name in records if b"/bin/" in packed.read(name)] == []


def test_nothing_in_the_wheel_names_the_machine_that_made_it(made: Path) -> None:
    with zipfile.ZipFile(wheel_in(made)) as wheel:
        names = wheel.namelist()
        assert [name for name in names if str(project.ROOT).encode() in wheel.read(name)] == []
    assert sum(name.startswith("apibuf_suite/build/") for name in names) == 2 * len(platforms.load_all())


def test_the_builder_of_the_wheel_does_not_walk_the_build_folder() -> None:
    config = WheelBuilder(str(project.ROOT)).config
    assert config.directory_is_excluded("build", "") and config.directory_is_excluded("harness", "")


def test_the_wheel_is_one_that_an_index_takes(made: Path) -> None:
    subprocess.run([sys.executable, "-m", "twine", "check", "--strict", wheel_in(made)], check=True)


def test_an_installed_suite_does_what_a_checkout_does(made: Path, expected: Mapping[str, str], tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    pip, apibuf = tmp_path / "venv/bin/pip", tmp_path / "venv/bin/apibuf"
    subprocess.run([pip, "install", "--quiet", wheel_in(made)], check=True)
    subprocess.run([pip, "check"], check=True)
    work = tmp_path / "work"
    work.mkdir()

    def call(*command: str | Path) -> subprocess.CompletedProcess[str]:
        own = {"HOME": str(tmp_path / "home"), "PATH": os.environ["PATH"]}
        return subprocess.run(command, cwd=work, env=own, text=True, capture_output=True, check=False, timeout=LIMIT_S)

    assert call(apibuf, "--version").stdout == f"apibuf {project.version()}\n"
    assert call(tmp_path / "venv/bin/python", "-m", "apibuf_cli", "--version").stdout == f"apibuf {project.version()}\n"
    assert call(apibuf, "run", library()).returncode == ExitCode.NOT_CONFORMING
    assert verdicts(work) == expected
    page = call(apibuf, "report", results_below(work), "--format", "html")
    assert "size/null-buffer-once" in page.stdout
    assert call(apibuf, "run", "--select", "free/null*").returncode == ExitCode.OK
    assert call(apibuf, "explain", "free/null-once").returncode == ExitCode.OK
    assert [file.name for file in work.iterdir()] == ["apibuf-results"]
    found = {"PATH": f"{tmp_path / 'venv/bin'}:{os.environ['PATH']}", "HOME": str(tmp_path / "home")}
    example = Path(__file__).parent / "cmake_example"
    for step in (["-S", example, "-B", "tree", f"-DAPIBUF_WANTED={project.version()}"], ["--build", "tree"]):
        subprocess.run(["cmake", *step], cwd=tmp_path, env=found, check=True, capture_output=True)
    tested = ["ctest", "--test-dir", "tree", "-R", r"^conformance\.size$"]
    assert (
        "100% tests passed"
        in subprocess.run(tested, cwd=tmp_path, env=found, check=True, capture_output=True, text=True).stdout
    )
    later = ["cmake", "-S", example, "-B", "tree", "-DAPIBUF_WANTED=99"]
    refused = subprocess.run(later, cwd=tmp_path, env=found, check=False, capture_output=True, text=True)
    assert refused.returncode != 0 and f"version: {project.version()}" in refused.stderr
    for words in ("bench", "catalogue", "coverage", "mutants", "package --out dist", "selftest", "test"):
        command, *rest = words.split()
        refused = call(apibuf, command, *rest)
        assert refused.returncode == ExitCode.CANNOT_RUN
        assert refused.stderr == f"apibuf: `apibuf {command}` needs the suite's source tree: run it in a checkout\n"


@pytest.mark.parametrize(
    ("platform", "loader"),
    [("linux-x86_64", "lib64/ld-linux-x86-64.so.2"), ("linux-i686", "lib/ld-linux.so.2")],
)
def test_the_workers_for_linux_start_with_the_c_library_of_debian_11(made: Path, platform: str, loader: str) -> None:
    described = platforms.named(platform)
    folder, root = project.BUILD / described.wheel_preset, prepare.DEBIAN_11["amd64"]
    path = f"{root}/lib/x86_64-linux-gnu" if described.binary.word_bits == 64 else f"{root}/lib32"
    target = f"--target={folder / described.reference}"
    command = [root / loader, "--library-path", path, folder / described.worker, target, "-tc=free/null*"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("every judged case passed\n")


def test_the_worker_for_aarch64_starts_with_the_c_library_of_debian_11(made: Path) -> None:
    described = platforms.named("linux-aarch64")
    root, folder = prepare.DEBIAN_11["arm64"], project.BUILD / described.wheel_preset
    loader = [*prepare.emulator_of(described.name, root), root / "lib/ld-linux-aarch64.so.1"]
    path = ["--library-path", f"{root}/lib/aarch64-linux-gnu"]
    command = [*loader, *path, folder / described.worker, f"--target={folder / described.reference}", "-tc=free/null*"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("every judged case passed\n")


@pytest.mark.by_turns
@needs_root
@pytest.mark.parametrize(("release", "python"), [("bookworm", "3.11"), ("trixie", "3.13")])
def test_in_a_bare_debian_a_user_installs_and_runs_it(
    release: str, python: str, made: Path, expected: Mapping[str, str], tmp_path: Path
) -> None:
    root = tmp_path / "root"
    subprocess.run(["cp", "--archive", bare_root(release), root], check=True)
    home = root / "home" / "user"
    home.mkdir(parents=True)
    download_for_linux(wheel_in(made), home / "wheels", python)
    (home / "library.so").write_bytes(library().read_bytes())
    os.chown(home, USER, USER)
    for command, exit_code in (
        (["python3", "-m", "venv", "venv"], 0),
        (["venv/bin/pip", "install", "--quiet", "--no-index", "--find-links=wheels", "apibuf"], 0),
        (["venv/bin/pip", "check"], 0),
        (["venv/bin/apibuf", "run", "./library.so"], ExitCode.NOT_CONFORMING),
    ):
        entering = ["unshare", "--mount", "sh", "-c", ENTER, root, "HOME=/home/user", "PATH=/usr/bin:/bin", *command]
        assert subprocess.run(entering, check=False, timeout=LIMIT_S).returncode == exit_code, command
    assert verdicts(home / "apibuf-results") == expected
    written = {path.relative_to(home).parts[0] for path in home.iterdir()} - {"wheels", "library.so"}
    assert written <= {"venv", "apibuf-results", ".cache"}
    elsewhere = ["find", root, "-xdev", "-uid", str(USER), "-not", "-path", f"{home}*"]
    assert subprocess.run(elsewhere, capture_output=True, text=True, check=True).stdout == ""


def bare_root(release: str) -> Path:
    """A Debian root with Python alone, made where the user's cache has none; a test takes a copy of it."""
    kept = roots.FOLDER / f"{release}-bare"
    if not kept.exists():
        prepare.install(roots.PACKAGES)
        mirror = roots.mirror(subprocess.run(roots.INDEXES, capture_output=True, text=True, check=True).stdout)
        unfinished = kept.with_name(f"{kept.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        options = ["--variant=minbase", "--include=python3,python3-venv"]
        subprocess.run(
            ["debootstrap", *options, release, unfinished, str(mirror)], check=True, stdout=subprocess.DEVNULL
        )
        unfinished.rename(kept)
    return kept


def download_for_linux(wheel: Path, folder: Path, python: str) -> None:
    """Fetches a wheel's libraries, and puts it beside them."""
    kinds = [f"--platform=manylinux{each}_x86_64" for each in ("_2_17", "2014", "_2_28")]
    options = ["--quiet", "--only-binary=:all:", f"--python-version={python}", *kinds, f"--dest={folder}"]
    subprocess.run([sys.executable, f"{libraries._pip_wheel()}/pip", "download", *options, wheel], check=True)
    (folder / wheel.name).write_bytes(wheel.read_bytes())


@pytest.fixture(scope="session")
def unpacked(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip for Windows, unpacked, with what Wine 8.0 lacks of Windows beside its Python."""
    folder = tmp_path_factory.mktemp("unpacked")
    (file,) = made.glob("*.zip")
    with zipfile.ZipFile(file) as packed:
        packed.extractall(folder)
    (tree,) = folder.iterdir()
    make_it_run_under_wine(tree)
    return tree


def make_it_run_under_wine(tree: Path) -> None:
    """Adds the library that Wine 8.0 lacks."""
    source = tree / "prng.c"
    source.write_text(PRNG)
    output = tree / "python" / "bcryptprimitives.dll"
    compile_for_windows(output, source, "-shared", "-ladvapi32")


def on_windows(tree: Path, *arguments: str, wine: Wine | None = None) -> subprocess.CompletedProcess[str]:
    """What `apibuf.cmd` does under a Wine; None for the machine's."""
    wine = wine or prepare.wine_of("windows-x86_64")
    command = [*wine.command, "cmd", "/c", "apibuf.cmd", *arguments]
    return subprocess.run(
        command,
        cwd=tree,
        env=wine.environment(),
        input="\n",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=LIMIT_S,
    )


@pytest.mark.parametrize(
    "group", ["size", *(pytest.param(each, marks=pytest.mark.by_turns) for each in GROUPS if each != "size")]
)
def test_the_runner_for_windows_comes_to_the_verdicts_of_the_one_for_linux(
    group: str, unpacked: Path, tmp_path: Path
) -> None:
    selected = ("--select", f"{group}/*")
    on_windows(unpacked, "run", "windows", *selected, "--out", group)
    main(["run", "wine", *selected, "--out", str(tmp_path)])
    assert verdicts(unpacked / group) == verdicts(tmp_path)


@pytest.mark.by_turns
def test_the_reference_conforms_on_windows_too(unpacked: Path) -> None:
    done = on_windows(unpacked, "run", "reference-windows-x86_64", "--out", "reference")
    assert done.returncode == ExitCode.OK, done.stdout
    assert sum(verdict == "pass" for verdict in verdicts(unpacked / "reference").values()) > 300


@pytest.fixture(scope="session")
def wine_for_both(tmp_path_factory: pytest.TempPathFactory) -> Wine:
    """The machine's Wine with the 32-bit libraries of the Debian root's, so that it runs 64- and 32-bit programs."""
    prepare.make_root(roots.FOR_32_BITS)
    ours, theirs = prepare.wine_of("windows-x86_64"), wines.of_root(roots.FOR_32_BITS)
    if ours.version() != theirs.version():
        pytest.skip(f"the machine's Wine is {ours.version()}, and that of the root for 32 bits is {theirs.version()}")
    added = roots.FOR_32_BITS.folder / "usr/lib/i386-linux-gnu/wine/i386-windows"
    command = ("unshare", "--mount", "sh", "-c", WITH_32_BITS, str(added), "/usr/lib/wine/wine64")
    home = tmp_path_factory.mktemp("home")
    made = Wine(command, home / "prefix")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        made.make_prefix()
    return made


@pytest.mark.by_turns
@needs_root
def test_wine_writes_nothing_beside_its_prefix(wine_for_both: Wine) -> None:
    assert list(wine_for_both.prefix.parent.iterdir()) == [wine_for_both.prefix]


@pytest.mark.by_turns
# Not what allocates 2 GiB: there this Wine gives out memory that lies across the end of the address space.
@needs_root
def test_the_runner_for_windows_tests_32_bit_libraries(unpacked: Path, wine_for_both: Wine, tmp_path: Path) -> None:
    few = ["--select", "*/null*", "--select", "abi/netutils-free-of-null"]
    reference = on_windows(unpacked, "run", "reference-windows-i686", *few, wine=wine_for_both)
    assert reference.returncode == ExitCode.OK, reference.stdout
    on_windows(unpacked, "run", "windows-i686", *few, "--out", "few", wine=wine_for_both)
    main(["run", "wine-i686", *few, "--out", str(tmp_path)])
    assert verdicts(unpacked / "few") == verdicts(tmp_path)


@pytest.mark.by_turns
@pytest.mark.alone
def test_on_windows_a_library_that_does_its_worst_costs_its_own_cases_only(unpacked: Path) -> None:
    for harm in HARMS:
        options = ["-w", "-O1", "-shared", "-static-libgcc", f"-DHARM={harm}"]
        compile_for_windows(unpacked / f"{harm}.dll", HOSTILE, *options)
    paths = [f"{harm}.dll" for harm in HARMS]
    on_windows(unpacked, "run", *paths, "--select", "free/null-once", "--select", "size/null*once", "--out", "harm")
    for harm, (allowed, words) in HARMS.items():
        freed, measured = stream.read(results_below(unpacked / "harm" / f"{harm}.dll")).cases
        assert freed.verdict in allowed and words in (freed.reason or ""), (harm, freed)
        assert measured.verdict == "pass", (harm, measured)
    lines = [" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])]
    of_ours = [line for line in lines if "apibuf-worker" in line and any(path in line for path in paths)]
    assert of_ours + [line for line in lines if "ping -n 601" in line] == []


def test_the_guidance_in_the_zip_is_right(unpacked: Path) -> None:
    guidance = (unpacked / "README.txt").read_text()
    assert "    apibuf run --format html\n    start apibuf-results\\windows\\report.html\n" in guidance
    on_windows(unpacked, "run", "--format", "html", "--select", "free/null-once")
    (page,) = (unpacked / "apibuf-results" / "windows").rglob("report.html")
    assert "<!doctype html>" in page.read_text(encoding="utf-8").lower()
    results = str(page.relative_to(unpacked).with_name("results.jsonl"))
    assert on_windows(unpacked, "report", results, "--format", "markdown").stdout.startswith("#")
    for command in re.findall(r"^    apibuf (explain \S+|run --help)", guidance, re.MULTILINE):
        assert on_windows(unpacked, *command.split()).returncode == ExitCode.OK


@pytest.fixture(scope="session")
def with_pip(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH on which python3 has pip, as on the machines of CI services."""
    folder = tmp_path_factory.mktemp("python")
    venv.create(folder, with_pip=True)
    return f"{folder / 'bin'}:{os.environ['PATH']}"


def script(commands: Iterable[str], folder: Path, **variables: str) -> int:
    """Runs the lines of a job in a folder, as a CI service does, and returns the exit code."""
    command = ["bash", "-eo", "pipefail", "-c", "\n".join(commands)]
    return subprocess.run(command, cwd=folder, env=variables, check=False, timeout=LIMIT_S).returncode


def run_the_action(folder: Path, library_or_target: str, made: Path, path: str) -> int:
    """Runs the one step of action.yml in a folder, with its files there, and returns the exit code."""
    (step,) = ACTION["runs"]["steps"]
    variables = {
        **dict.fromkeys(step["env"], ""),
        "LIBRARY": library_or_target,
        "ARGUMENTS": "--select size/* --profile windows",
        "PACKAGE": str(wheel_in(made)),
        "RUNNER_TEMP": str(folder),
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "PATH": path,
    }
    return script([step["run"]], folder, **variables)


def test_the_action_tests_a_library_and_writes_the_summary(made: Path, with_pip: str, tmp_path: Path) -> None:
    assert run_the_action(tmp_path, str(library()), made, with_pip) == ExitCode.NOT_CONFORMING
    assert "size/null-buffer-once" in (tmp_path / "summary.md").read_text()
    name, _, results = (tmp_path / "output").read_text().strip().partition("=")
    assert ACTION["outputs"][name]["value"] == "${{ steps.run.outputs.results }}"
    assert list(Path(results).rglob("junit.xml"))


def test_the_action_ends_as_a_run_that_could_not_begin(made: Path, with_pip: str, tmp_path: Path) -> None:
    assert run_the_action(tmp_path, "no-such-target", made, with_pip) == ExitCode.WRONG_USAGE
    assert (tmp_path / "summary.md").read_text() == ""


def test_the_job_for_gitlab_tests_a_library_and_leaves_its_artifacts(made: Path, with_pip: str, tmp_path: Path) -> None:
    job = yaml.safe_load((project.ROOT / "harness" / "ci" / "gitlab.yml").read_text(encoding="utf-8"))[".apibuf"]
    own = {"APIBUF_LIBRARY": str(library()), "APIBUF_PACKAGE": str(wheel_in(made)), "PATH": with_pip}
    variables = {**job["variables"], "APIBUF_ARGUMENTS": "--select size/*", **own}
    assert script(job["script"], tmp_path, **variables) == ExitCode.NOT_CONFORMING
    assert list(tmp_path.glob(job["artifacts"]["reports"]["junit"]))
