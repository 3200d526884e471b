"""DLLs that Wine really built, named by their paths, and Wines that are named by theirs."""

import os
import re
import shlex
import shutil
import struct
import subprocess
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import psutil
import pytest
from git_command import git
from leaving_results import results_below

from apibuf_cli.__main__ import main
from apibuf_common import project
from apibuf_common.errors import CannotRun, ExitCode
from apibuf_reports import stream
from apibuf_runner.session import Hello
from apibuf_runner.suite_run import UnusableLibrary
from apibuf_setup import dependencies, prepare, roots, wine, wine_builtins
from apibuf_targets.launching import check_library
from apibuf_targets.targets import resolve

INSTALLED = Path("/usr/lib/x86_64-linux-gnu/wine/x86_64-windows")
INSTALLED_32 = roots.FOR_32_BITS.folder / "usr/lib/i386-linux-gnu/wine/i386-windows"
PROGRAM = Path("/usr/lib/wine/wine64")
SOME = ("--select", "size/*", "--select", "abi/*", "--select", "free/null*", "--select", "remote/*")
ONE = ("--select", "size/null-buffer-once")
RETURNS_42 = bytes.fromhex("b82a000000c3")


@pytest.fixture(autouse=True)
def prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wine is there, and the environment names no other one."""
    for name in ("WINE", "WINELOADER", "WINEPREFIX"):
        monkeypatch.delenv(name, raising=False)
    prepare.wine_of("windows-x86_64")


def copy_of(file: Path, folder: Path) -> Path:
    """A copy in a folder of its own."""
    folder.mkdir()
    copy = folder / file.name
    copy.write_bytes(file.read_bytes())
    return copy


def plant(library: Path, function: str, code: bytes) -> None:
    """Overwrites the start of a function in a DLL."""
    image = dependencies._Image(data := bytearray(library.read_bytes()))
    directory = image._place(image._exports[0])
    names, ordinals = struct.unpack_from("<II", data, directory + 32)
    (count, addresses) = struct.unpack_from("<II", data, directory + 24)
    for index in range(count):
        (name,) = struct.unpack_from("<I", data, image._place(names) + 4 * index)
        if image._text(name) == function.lower():
            (ordinal,) = struct.unpack_from("<H", data, image._place(ordinals) + 2 * index)
            (address,) = struct.unpack_from("<I", data, image._place(addresses) + 4 * ordinal)
            place = image._place(address)
            data[place : place + len(code)] = code
            library.write_bytes(data)
            return
    raise AssertionError(f"{library} does not export {function}")


@pytest.fixture(scope="session")
def build_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installed Wine in the folders that a build of Wine has, from which it runs as one."""
    tree = tmp_path_factory.mktemp("build-tree")
    for file in INSTALLED.iterdir():
        kind, name = ("programs", file.stem) if file.suffix == ".exe" else ("dlls", file.name.removesuffix(".dll"))
        (tree / kind / name / INSTALLED.name).mkdir(parents=True)
        (tree / kind / name / INSTALLED.name / file.name).symlink_to(file)
    for file in (INSTALLED.parent / "x86_64-unix").glob("*.so"):
        (tree / "dlls" / file.stem).mkdir(exist_ok=True)
        link_or_copy = shutil.copy if file.stem == "ntdll" else os.symlink
        link_or_copy(file, tree / "dlls" / file.stem / file.name)
    for folder in ("loader", "server"):
        (tree / folder).mkdir()
    shutil.copy(PROGRAM, tree / "loader" / "wine64")
    shutil.copy(PROGRAM.with_name("wineserver64"), tree / "server" / "wineserver")
    for data, place in (("nls", "nls"), ("fonts", "fonts"), ("wine.inf", "loader/wine.inf")):
        (tree / place).symlink_to(f"/usr/share/wine/{data}")
    (tree / "wine").write_text(f'#!/bin/sh\nexec {shlex.quote(str(tree))}/loader/wine64 "$@"\n')
    (tree / "wine").chmod(0o755)
    return tree


def test_a_build_tree_runs_its_own_dll_and_one_of_another_build(build_tree: Path, tmp_path: Path) -> None:
    own = build_tree / "dlls/netapi32/x86_64-windows/netapi32.dll"
    other = copy_of(INSTALLED / "netapi32.dll", tmp_path / "copy")
    plant(other, "NetApiBufferSize", RETURNS_42)
    for target, verdict in (("wine", "pass"), (own, "pass"), (other, "fail")):
        results = run(tmp_path / f"of-{Path(target).parent.name}", target, "--wine", str(build_tree), *ONE)
        assert verdicts(results) == {"size/null-buffer-once": verdict}
        assert results.header.environment["wine_program"] == str(build_tree / "wine")
        assert str(build_tree) not in str(wine.of_program(build_tree / "wine").prefix)


def test_a_dll_that_wine_built_runs_with_a_launcher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WINEPREFIX", str(prepare.wine_of("windows-x86_64").prefix))
    library = copy_of(INSTALLED / "netapi32.dll", tmp_path / "copy")
    plant(library, "NetApiBufferSize", RETURNS_42)
    assert verdicts(run(tmp_path / "out", library, "--launcher", "wine", *ONE)) == {"size/null-buffer-once": "fail"}


def test_the_commands_that_the_readme_has_for_wine_find_the_first_bad_commit(tmp_path: Path) -> None:
    """A repository whose `make` makes DLLs that Wine really built, as the build of Wine leaves them."""
    readme = (project.ROOT / "README.md").read_text(encoding="utf-8")
    tree = tmp_path / "wine"
    tree.mkdir()
    (tree / "Makefile").write_text(
        "dlls/%/all: %.dll\n\tmkdir -p dlls/$*/x86_64-windows && cp $*.dll dlls/$*/x86_64-windows/\n"
    )
    (tree / ".gitignore").write_text("dlls\ngood\n")

    def commit(message: str) -> None:
        git(tree, "add", ".")
        git(tree, "commit", "--quiet", "--allow-empty", "--message", message)

    git(tree, "init", "--quiet", "--initial-branch=master")
    for name in ("netapi32.dll", "netutils.dll"):
        (tree / name).write_bytes((INSTALLED / name).read_bytes())
    commit("good")
    commit("still good")
    plant(tree / "netapi32.dll", "NetApiBufferSize", RETURNS_42)
    commit("breaks Size")
    commit("still bad")
    lines = re.findall(r"^(?:\./configure [^&]*&& )?(.*netapi32(?:/|\.dll).*)$", readme, re.MULTILINE)
    make, results, bisection = [line for line in lines if re.match("make|PATH_OF_SUITE.*good|git bisect run", line)]
    git(tree, "checkout", "--quiet", "HEAD~3")
    script = f"{make}\n{results}\ngit bisect start master HEAD\n{bisection}"
    script = script.replace("PATH_OF_SUITE", shlex.quote(str(project.ROOT)))
    # Whole runs would take a minute.
    script = script.replace("x86_64-windows/netapi32.dll ", 'x86_64-windows/netapi32.dll --select "size/n*" ')
    script = script.replace("good/netapi32.dll/", "good/netapi32.dll/*/")
    done = subprocess.run(["sh", "-c", script], cwd=tree, capture_output=True, text=True, check=False)
    assert "is the first bad commit" in done.stdout and "    breaks Size" in done.stdout, done.stdout + done.stderr


def verdicts(results: stream.Stream) -> Mapping[str, str]:
    """The verdict of each case."""
    return {case.id: case.verdict for case in results.cases}


def run(out: Path, target: str | Path, *arguments: str) -> stream.Stream:
    """The results of a run."""
    main(["run", str(target), "--out", str(out), *arguments])
    return stream.read(results_below(out))


@pytest.mark.by_turns
@pytest.mark.parametrize(("target", "folder"), [("wine", INSTALLED), ("wine-i686", INSTALLED_32)])
def test_a_dll_that_wine_built_is_judged_as_wine_is(target: str, folder: Path, tmp_path: Path) -> None:
    as_wine = run(tmp_path / "wine", target, *SOME)
    by_path = run(tmp_path / "path", copy_of(folder / "netapi32.dll", tmp_path / "copy"), *SOME)
    assert verdicts(by_path) == verdicts(as_wine)
    assert by_path.header.target.sha256 == as_wine.header.target.sha256
    assert "fail" in verdicts(by_path).values()


@pytest.mark.parametrize("name", ["netapi32.dll", "netapi32-of-today.dll"])
def test_a_fault_in_a_dll_that_wine_built_is_found_whatever_the_file_is_called(name: str, tmp_path: Path) -> None:
    library = copy_of(INSTALLED / "netapi32.dll", tmp_path / "copy").rename(tmp_path / "copy" / name)
    plant(library, "NetApiBufferSize", RETURNS_42)
    cases = ("--select", "size/null-buffer-once", "--select", "free/null-once")
    found = verdicts(run(tmp_path / "out", library, *cases))
    assert found == {"size/null-buffer-once": "fail", "free/null-once": "pass"}


def test_netutils_of_the_same_build_is_taken_with_it(tmp_path: Path) -> None:
    library = copy_of(INSTALLED / "netapi32.dll", tmp_path / "copy")
    netutils = tmp_path / "copy" / "netutils.dll"
    netutils.write_bytes((INSTALLED / "netutils.dll").read_bytes())
    plant(netutils, "NetApiBufferFree", RETURNS_42)
    results = run(tmp_path / "out", library, "--select", "abi/netutils-frees*")
    assert "42" in "".join(case.actual for case in results.cases)


def test_a_dll_of_a_build_tree_finds_what_belongs_to_it(tmp_path: Path) -> None:
    tree = tmp_path / "dlls"
    for name in ("netapi32", "netutils"):
        (tree / name / "x86_64-windows").mkdir(parents=True)
        (tree / name / "x86_64-windows" / f"{name}.dll").symlink_to(INSTALLED / f"{name}.dll")
    (tree / "netapi32" / "netapi32.so").touch()
    library = tree / "netapi32/x86_64-windows/netapi32.dll"
    assert list(wine_builtins._helpers(library, "netapi32.dll")) == [tree / "netutils/x86_64-windows/netutils.dll"]
    assert wine_builtins._unix_part(library, "netapi32.dll", "x86_64") == tree / "netapi32/netapi32.so"


def test_another_file_in_its_place_is_not_judged(tmp_path: Path) -> None:
    target = resolve(str(copy_of(INSTALLED / "netapi32.dll", tmp_path / "copy")))
    system = prepare.wine_of("windows-x86_64")
    mapped = frozenset({("netapi32.dll", (INSTALLED / "netapi32.dll").stat().st_ino)})
    hello = Hello("windows-x86_64", (), (), r"C:\windows\system32\netapi32.dll", mapped)
    with pytest.raises(UnusableLibrary, match="was not loaded: Wine loaded another"):
        check_library(target, system, hello)


@pytest.mark.parametrize("named", [str(PROGRAM), str(PROGRAM.parent)])
def test_a_wine_by_its_path_has_a_prefix_of_its_own(named: str, tmp_path: Path) -> None:
    results = run(tmp_path, "wine", "--wine", named, "--select", "size/null*")
    assert results.header.environment["wine_program"] == str(PROGRAM)
    assert results.header.environment["wine"].startswith("wine-8.0")
    prefix = wine.of_program(PROGRAM).prefix
    assert prefix.parent == project.STATE and (prefix / "system.reg").exists()
    assert prefix != prepare.wine_of("windows-x86_64").prefix


def test_debians_script_is_left_out_and_no_other_program(tmp_path: Path) -> None:
    assert prepare.wine_of("windows-x86_64").command == (str(PROGRAM),)
    other = tmp_path / "wine"
    shutil.copy("/usr/bin/wine", other)
    assert wine.loader_behind(str(other)) == str(other)


@pytest.mark.parametrize("variable", ["WINE", "WINELOADER"])
def test_the_wine_of_the_environment_is_taken(variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, str(PROGRAM))
    results = run(tmp_path, "wine", "--select", "size/null*")
    assert results.header.environment["wine_program"] == str(PROGRAM)
    assert variable not in os.environ


def test_the_prefix_of_the_user_is_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WINEPREFIX", str(tmp_path / "theirs"))
    run(tmp_path / "out", "wine", "--select", "size/null*")
    assert "apibuf: WINEPREFIX is not used" in capsys.readouterr().err
    assert not (tmp_path / "theirs").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("wine", "--wine", "/nowhere"), "there is no Wine at /nowhere"),
        (("wine", "--wine", "/usr/lib"), "there is no Wine at /usr/lib"),
        (("wine", "--wine", str(PROGRAM), "--launcher", "wine"), "--launcher and --wine cannot go together"),
        (("wine-5.0", "--wine", str(PROGRAM)), "wine-5.0 is tested in a Debian root of its own"),
        (("samba-4.22", "--launcher", "valgrind"), "samba-4.22 is tested in a Debian root of its own"),
        (("reference", "--wine", str(PROGRAM)), "--wine is for DLLs, and reference runs without Wine"),
    ],
)
def test_a_wine_that_is_none_is_one_sentence(
    arguments: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", *arguments]) == ExitCode.WRONG_USAGE
    assert says in capsys.readouterr().err


def test_a_finding_is_run_again_with_the_wine_that_showed_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = copy_of(INSTALLED / "netapi32.dll", tmp_path / "copy")
    plant(library, "NetApiBufferSize", RETURNS_42)
    run(tmp_path / "out", library, "--wine", str(PROGRAM), "--select", "size/null-buffer-once")
    assert f"--wine {PROGRAM} --select size/null-buffer-once\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("failures", "outcome"), [(2, nullcontext()), (3, pytest.raises(CannotRun, match="begin anew"))]
)
def test_a_wine_that_ends_at_its_start_is_started_again(
    failures: int, outcome: AbstractContextManager[object], tmp_path: Path
) -> None:
    program = tmp_path / "wine"
    program.write_text(
        f"""#!/bin/sh
        cd {shlex.quote(str(tmp_path))} && mkdir "start-$$"
        [ "$(ls -d start-* | wc -l)" -gt {failures} ] && echo apibuf-ready && cat
        """
    )
    program.chmod(0o755)
    with outcome, wine.Wine((str(program),), tmp_path / "prefix").kept_warm():
        pass
    assert len(list(tmp_path.glob("start-*"))) == 3


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Prefixes and logs are made here."""
    monkeypatch.setattr(project, "STATE", tmp_path / "state")
    monkeypatch.setattr(project, "LOGS", tmp_path / "logs")
    return tmp_path


def program_in(folder: Path, *lines: str) -> Path:
    """A shell script that is called `wine`."""
    program = folder / "wine"
    program.write_text("\n".join(("#!/bin/sh", *lines, "")))
    program.chmod(0o755)
    return program


def test_a_wine_behind_a_script_or_a_link_is_taken(elsewhere: Path) -> None:
    script = program_in(elsewhere, f'exec {PROGRAM} "$@"')
    link = elsewhere / "wine64"
    link.symlink_to(PROGRAM)
    for program in (script, link):
        made = wine.of_program(program)
        made.make_prefix()
        assert made.has_prefix and made.output_of("cmd", "/d", "/c", "echo", "hi").split() == [b"hi"]


def test_the_kind_of_the_users_own_prefix_says_nothing_of_ours(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WINEARCH", "win32")
    made = wine.of_program(PROGRAM)
    made.make_prefix()
    assert made.output_of("cmd", "/d", "/c", "echo", "hi").split() == [b"hi"]
    assert wine.of_launcher((str(PROGRAM),)).environment()["WINEARCH"] == "win32"


def test_what_an_attempt_to_make_a_prefix_left_is_removed(elsewhere: Path) -> None:
    made = wine.of_program(PROGRAM)
    made.prefix.mkdir(parents=True)
    (made.prefix / "system.reg").write_text("WINE REGISTRY Version 2\n#arch=win32\n")
    made.make_prefix()
    assert "#arch=win64" in (made.prefix / "system.reg").read_text()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("echo wine: it is broken >&2; exit 1", "could not be made: wine: it is broken; see"),
        ("exit 3", "could not be made: it ended with code 3 and printed nothing; see"),
        ("sleep 4321", "could not be made: it took more than 1 s; see"),
    ],
)
def test_a_wine_that_makes_no_prefix_is_named_with_the_reason_and_leaves_no_process(
    line: str, says: str, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wine, "START_LIMIT_S", 1)
    with pytest.raises(CannotRun, match=re.escape(says)):
        wine.of_program(program_in(elsewhere, line, "exit 0")).make_prefix()
    assert not [process for process in psutil.process_iter(["cmdline"]) if "4321" in (process.info["cmdline"] or ())]


def test_a_wine_that_starts_nothing_is_named_with_what_it_prints(elsewhere: Path) -> None:
    made = wine.Wine((str(program_in(elsewhere, "echo wine: no such prefix >&2; exit 1")),), elsewhere / "prefix")
    with pytest.raises(CannotRun, match="start a program: wine: no such prefix; remove"), made.kept_warm():
        pass
    with pytest.raises(CannotRun, match="start a program: wine: no such prefix"):
        made.output_of("cmd")


def test_a_wine_without_a_server_is_named(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = program_in(elsewhere, "exit 0")
    monkeypatch.setenv("PATH", str(elsewhere))
    with pytest.raises(CannotRun, match="there is no wineserver beside"):
        wine.of_program(program).make_prefix()
