"""Real connectors, and other workers: they come to the verdicts of the implementation that they lead to."""

import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from jsonschema_rs import Draft202012Validator
from leaving_results import results_below

from apibuf_common import project
from apibuf_common.errors import CannotRun, ExitCode
from apibuf_reports import stream
from apibuf_runner.catalogue import FUNCTIONS, Case, Catalogue
from apibuf_runner.events import Event
from apibuf_runner.interruption import Interruption
from apibuf_runner.judge import Verdict
from apibuf_runner.suite_run import Outcome, SuiteRun, default_limits
from apibuf_runner.worker import Launch, Worker
from apibuf_setup import libraries, prepare
from apibuf_system.processes import ProcessTable, guarded_process
from apibuf_targets import targets
from apibuf_targets.launching import USUAL, launch_of, wine_of
from apibuf_targets.readiness import provide_library

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "harness" / "connectors" / "example.py"
LOADING = Path(__file__).with_name("connectors") / "loading.py"
GO_CONNECTOR = ROOT / "harness" / "connectors" / "go_windows"
GO_TOOLCHAIN = "go1.21.4"
SILENCE_S = 20.0

CAUGHT_BY_ONE_PROPERTY = {
    "free-of-null-counts-as-a-free": "allocate/usable-beside-free-of-null",
    "reallocate-does-not-copy-zeros": "reallocate/keeps-contents-of-one-value",
    "reallocate-loses-the-last-byte-above-8-mib": "reallocate/changes-size-doubling-to-16-mib",
    "reallocate-trusts-a-stale-variable": "reallocate/keeps-contents-into-a-stale-variable",
    "size-of-null-counts-as-a-free": "allocate/usable-beside-calls-without-effect",
}
"""Broken implementations that no vector shows, and a property that does."""


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return prepare.catalogue()


@pytest.fixture(scope="session")
def connected(catalogue: Catalogue) -> tuple[Case, ...]:
    """The cases that a connector reaches."""
    return tuple(case for case in catalogue.cases if not case.not_through_connectors)


def outcome_of(launch: Launch, cases: Sequence[Case]) -> Outcome:
    return SuiteRun(
        launches=[launch, launch],
        limits=default_limits(SILENCE_S),
        cases=cases,
        functions=FUNCTIONS,
        interrupted=Interruption(),
        on_result=lambda _: None,
    ).execute()


def through(library: Path, folder: Path) -> Launch:
    """Reaches a library through a connector."""
    command = shlex.join([sys.executable, str(LOADING), str(library)])
    return launch_of(targets.connector(f"functions:{command}"), USUAL, None, folder)


def direct(library: Path, folder: Path) -> Launch:
    """Loads a library."""
    return launch_of(targets.resolve(str(library)), USUAL, None, folder)


def verdicts(outcome: Outcome) -> Mapping[str, Verdict]:
    assert outcome.error is None
    return {result.case.id: result.verdict for result in outcome.results}


def apibuf(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / "harness" / "apibuf"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)


# ---- the example, through the command line ----

OF_THE_EXAMPLE = (
    "free/null-*",
    "size/after-reallocate-*",
    "size/all-usable-[!a]*",
    "size/at-least-requested-*",
    "size/null-buffer-*",
    "size/zero-bytes-*",
)
"""Cases by the ends of their ids: a requirement would add the properties that move the most bytes."""


def test_the_example_conforms_and_says_what_it_is(tmp_path: Path) -> None:
    command = f"functions:{shlex.join([sys.executable, str(EXAMPLE)])}"
    selected = [word for pattern in OF_THE_EXAMPLE for word in ("--select", pattern)]
    done = apibuf("run", "--connector", command, *selected, "--out", str(tmp_path))
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    results = stream.read(results_below(tmp_path))
    target = results.header.target
    assert (target.version, target.platform) == ("heap of the example 1", "linux-x86_64")
    assert target.word == f"--connector={command}"
    counts = {
        (case.kind, case.verdict) for case in results.cases if case.verdict not in (Verdict.OBSERVED, Verdict.PASS)
    }
    assert ("property", Verdict.UNSUPPORTED) in counts and {verdict for _, verdict in counts} == {Verdict.UNSUPPORTED}
    assert sum(case.verdict == Verdict.PASS for case in results.cases) > 40


def test_a_failure_of_a_connector_can_be_run_again(tmp_path: Path) -> None:
    hostile = Path(__file__).with_name("connectors") / "hostile.py"
    command = f"functions:{shlex.join([sys.executable, str(hostile), 'dies'])}"
    words = ["--out", str(tmp_path), "--select", "*/null-out-1-byte", "--select", "free/null-once"]
    done = apibuf("run", "--connector", command, *words)
    assert done.returncode == ExitCode.NOT_CONFORMING, done.stdout + done.stderr
    assert shlex.quote(f"--connector={command}") in done.stdout.replace("\n", " ") or "--connector=" in done.stdout
    results = results_below(tmp_path)
    again = apibuf("run", "--rerun-failed", str(results), "--out", str(tmp_path / "again"))
    assert again.returncode == ExitCode.NOT_CONFORMING, again.stdout + again.stderr
    failed = stream.read(results_below(tmp_path / "again")).cases
    assert [(case.id, case.verdict) for case in failed] == [("allocate/null-out-1-byte", Verdict.CRASH)]


def test_a_file_of_vectors_reaches_a_connector(tmp_path: Path) -> None:
    steps = [
        {
            "call": "NetApiBufferAllocate",
            "arguments": {"ByteCount": 5, "Buffer": "a"},
            "expect": {"status": "NERR_Success", "Buffer": "buffer"},
        },
        {"call": "NetApiBufferFree", "arguments": {"Buffer": "a"}, "expect": {"status": "NERR_Success"}},
    ]
    case = {"id": "allocate/of-my-own", "title": "Mine", "requirements": ["allocate/succeeds"], "steps": steps}
    file = tmp_path / "mine.json"
    file.write_text(json.dumps({"format": 1, "notes": {}, "cases": [case]}), encoding="utf-8")
    command = f"functions:{shlex.join([sys.executable, str(EXAMPLE)])}"
    done = apibuf(
        "run", "--connector", command, "--vectors", str(file), "--select", "*/of-my-own", "--out", str(tmp_path / "out")
    )
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("connector", "words"),
    [
        ("python3 x.py", "is none of worker:CMD and functions:CMD"),
        ("library:x", "is none of worker:CMD and functions:CMD"),
        ("functions:", "holds no command after the colon"),
        ("functions:'x", "holds no command: No closing quotation"),
    ],
)
def test_what_is_no_connector_is_wrong_usage(connector: str, words: str) -> None:
    done = apibuf("run", "--connector", connector)
    assert (done.returncode, done.stderr.count("\n")) == (ExitCode.WRONG_USAGE, 1) and words in done.stderr


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('libary = "libmine.so"', "there is no key 'libary'; did you mean library?"),
        ('platform = "linux-x86_64"\nreached_by = "pipe"', "reached_by is none of library, worker, functions"),
        ("", "the key 'platform' is missing"),
    ],
)
def test_a_target_that_is_described_wrongly_is_one_sentence(
    line: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.toml").write_text(f'name = "mine"\ndescription = "Mine"\n{line}\n')
    monkeypatch.setattr(project, "TARGETS", tmp_path)
    with pytest.raises(CannotRun, match=rf"mine\.toml does not describe a target: {re.escape(words)}$"):
        targets.load_all()


def test_a_c_program_loads_no_connector() -> None:
    done = apibuf("repro", "free/null-once", "--target", "speakeasy")
    assert (done.returncode, done.stderr.count("\n")) == (
        ExitCode.WRONG_USAGE,
        1,
    ) and "behind a connector" in done.stderr


def test_a_launcher_starts_no_connector() -> None:
    done = apibuf("run", "--connector", "functions:x", "--launcher", "valgrind")
    assert done.returncode == ExitCode.WRONG_USAGE and "leave out --launcher" in done.stderr


# ---- properties ----


@pytest.mark.by_turns
def test_the_reference_has_the_same_verdicts_through_a_connector(connected: Sequence[Case], tmp_path: Path) -> None:
    library = prepare.build("linux-gcc", "reference/libapibuffer.so")
    loaded = verdicts(outcome_of(direct(library, tmp_path), connected))
    reached = verdicts(outcome_of(through(library, tmp_path), connected))
    supported = {id: verdict for id, verdict in reached.items() if verdict is not Verdict.UNSUPPORTED}
    assert supported == {id: loaded[id] for id in supported}
    properties = {case.id for case in connected if case.kind == "property"}
    assert len(properties) > 30 and all(reached[id] is Verdict.PASS for id in properties)


@pytest.mark.by_turns
@pytest.mark.parametrize("fault", CAUGHT_BY_ONE_PROPERTY)
def test_a_property_shows_through_a_connector_what_no_vector_shows(
    fault: str, connected: Sequence[Case], compile_fault: Callable[[str], Path], tmp_path: Path
) -> None:
    library = compile_fault(fault)
    named = tuple(case for case in connected if case.id == CAUGHT_BY_ONE_PROPERTY[fault])
    vectors = tuple(case for case in connected if case.kind == "vector")
    loaded = verdicts(outcome_of(direct(library, tmp_path), (*vectors, *named)))
    assert [id for id, verdict in loaded.items() if verdict is Verdict.FAIL] == [named[0].id]
    assert verdicts(outcome_of(through(library, tmp_path), named)) == {named[0].id: Verdict.FAIL}


# ---- the worker's side ----


def test_what_the_worker_asks_is_what_the_schema_says(connected: Sequence[Case], tmp_path: Path) -> None:
    record = tmp_path / "requests.jsonl"
    recording = Path(__file__).with_name("connectors") / "recording.py"
    connector = shlex.join([sys.executable, str(recording), str(record)])
    cases = [case.id for case in connected if case.kind == "vector" and not case.wants_own_process]
    cases += ["reallocate/changes-size-whatever-the-variable-holds", "size/all-usable-large-sizes"]
    command = [prepare.worker("linux-x86_64"), f"--connector={connector}", f"-tc={','.join(cases)}"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    schema = json.loads((ROOT / "conformance" / "schemas" / "connector.schema.json").read_text(encoding="utf-8"))
    validator = Draft202012Validator({**schema, "anyOf": [{"$ref": "#/$defs/request"}]})
    requests = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    assert [request for request in requests if not validator.is_valid(request)] == []
    made = {"start", "allocate", "free", "reallocate", "size", "read", "write", "address", "stop"}
    assert {request["request"] for request in requests} == made
    assert [request["id"] for request in requests] == list(range(1, len(requests) + 1))
    assert not validator.is_valid({"id": 1, "request": "start"})


def test_a_worker_for_windows_says_that_it_starts_no_connectors() -> None:
    worker = str(prepare.worker("windows-x86_64"))
    done = apibuf("wine", "windows-x86_64", worker, "--connector=x", "-tc=free/null-once")
    assert done.returncode == ExitCode.CANNOT_RUN and "a worker for Windows starts no connectors" in done.stderr


# ---- a program in Go, under Wine ----

MOVE_MOST_BYTES = {
    "allocate/capacity-every-page-to-4-mib",
    "allocate/usable-random-sequence",
    "reallocate/changes-size-doubling-to-16-mib",
    "reallocate/keeps-contents-between-all-edges",
    "reallocate/keeps-contents-growing-by-small-steps",
    "reallocate/keeps-contents-random-sequence",
    "size/all-usable-after-a-small-shrink",
}
"""Properties that would take two thirds of the test's time, for bytes; the reference behind a connector shows them."""


@pytest.fixture(scope="session")
def go_connector(tmp_path_factory: pytest.TempPathFactory) -> Path:
    program = tmp_path_factory.mktemp("go") / "connector.exe"
    environment = os.environ | {"GOOS": "windows", "GOARCH": "amd64", "GOTOOLCHAIN": GO_TOOLCHAIN, "CGO_ENABLED": "0"}
    go = libraries.ENVIRONMENT / "bin" / "go"
    subprocess.run([go, "build", "-o", program, "."], cwd=GO_CONNECTOR, env=environment, check=True)
    return program


@pytest.mark.by_turns
def test_a_connector_in_go_comes_to_the_verdicts_of_wine(
    go_connector: Path, connected: Sequence[Case], tmp_path: Path
) -> None:
    target = targets.load_all()["wine"]
    provide_library(target)
    system = wine_of(target)
    assert system is not None
    cases = [case for case in connected if case.id not in MOVE_MOST_BYTES]
    assert len(cases) == len(connected) - len(MOVE_MOST_BYTES)
    for folder in ("library", "connector"):
        (tmp_path / folder).mkdir()
    with system.kept_warm():
        library = verdicts(outcome_of(launch_of(target, USUAL, system, tmp_path / "library"), cases))
        command = shlex.join([*system.command, system.inside(go_connector)])
        reached = launch_of(targets.connector(f"functions:{command}"), USUAL, None, tmp_path / "connector")
        launch = Launch(reached.command, system.environment(), tmp_path / "connector")
        connector = verdicts(outcome_of(launch, cases))
    supported = {id: verdict for id, verdict in connector.items() if verdict is not Verdict.UNSUPPORTED}
    assert supported == {id: library[id] for id in supported}
    assert sum(verdict is Verdict.PASS for verdict in supported.values()) > 180
    assert all(case.id in supported for case in cases if case.kind == "property")


def test_the_connector_in_go_speaks_the_protocol(go_connector: Path) -> None:
    done = apibuf(
        "check-connector",
        str(ROOT / "harness" / "apibuf"),
        "wine",
        targets.load_all()["wine"].platform,
        str(go_connector),
    )
    assert (done.returncode, done.stdout) == (ExitCode.OK, "it speaks the protocol\n"), done.stderr


# ---- an emulator ----


def test_the_emulator_speakeasy_is_judged_by_the_function_that_it_has(tmp_path: Path) -> None:
    # One worker at a time: an emulator takes a second of processor time to start.
    words = ["speakeasy", "--jobs", "1", "--select", "free/null*", "--select", "size/null-buffer*"]
    done = apibuf("run", *words, "--functions", "NetApiBufferFree", "--out", str(tmp_path))
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    results = stream.read(results_below(tmp_path))
    assert results.header.target.version == "speakeasy 1.5.11"
    passed = {case.id for case in results.cases if case.verdict == Verdict.PASS}
    assert passed == {"free/null-once", "free/null-several-times"}
    verdicts_of_all = {case.verdict for case in results.cases}
    assert verdicts_of_all == {Verdict.PASS, Verdict.OBSERVED, Verdict.UNSUPPORTED}


def test_the_functions_that_the_emulator_lacks_are_missing(tmp_path: Path) -> None:
    done = apibuf("run", "speakeasy", "--jobs", "1", "--select", "free/null-once", "--out", str(tmp_path))
    assert done.returncode == ExitCode.NOT_CONFORMING, done.stdout + done.stderr
    missing = stream.read(results_below(tmp_path)).footer.missing
    assert missing == ("NetApiBufferAllocate", "NetApiBufferReallocate", "NetApiBufferSize")


# ---- a worker at the other end of ssh ----

SSH_PACKAGES = ("openssh-server", "openssh-client", "iproute2", "util-linux")
SSH_PORT = 2222
SSHD_CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/user_key.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
MaxSessions 100
SetEnv HOME={folder}
"""
UNSHARE = ("unshare", "--net", "--mount", "--pid", "--mount-proc", "--fork", "--kill-child")
SERVE = "ip link set lo up && /usr/sbin/sshd -e -f {config} && until {master}; do sleep 0.05; done; exec sleep infinity"


@pytest.fixture(scope="module")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """The command that starts a program at the other end of an ssh, in a network namespace of the test's own.

    The connection is made there, once: to make one for each worker takes more time than the workers do, as do the files
    with which a shell starts in the home folder of some users.
    """
    prepare.install(SSH_PACKAGES)
    folder = tmp_path_factory.mktemp("ssh")
    for name in ("host_key", "user_key"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    config = folder / "sshd_config"
    config.write_text(SSHD_CONFIG.format(port=SSH_PORT, folder=folder), encoding="utf-8")
    options = ("BatchMode=yes", "StrictHostKeyChecking=no", f"UserKnownHostsFile={folder / 'known'}")
    address = ("-F", "none", "-S", str(folder / "connection"), "127.0.0.1")
    words = [word for option in options for word in ("-o", option)]
    master = ["ssh", "-fMN", "-p", str(SSH_PORT), "-i", str(folder / "user_key"), *words, *address]
    is_root = os.geteuid() == 0
    as_user = () if is_root else ("--user", "--map-current-user", "--keep-caps")
    if is_root:
        Path("/run/sshd").mkdir(exist_ok=True)
    script = SERVE.format(config=shlex.quote(str(config)), master=shlex.join(master))
    with subprocess.Popen([*UNSHARE, *as_user, "sh", "-c", script]) as served:
        try:
            deadline = time.monotonic() + 20
            while subprocess.run(["ssh", "-O", "check", *address], check=False, capture_output=True).returncode != 0:
                assert served.poll() is None and time.monotonic() < deadline
                time.sleep(0.05)
            # Where the connection is lost, none is made in the machine's own network.
            yield ["ssh", "-o", "ProxyCommand=false", *address]
        finally:
            served.kill()


def test_the_other_end_of_ssh_is_in_a_network_of_its_own(ssh: list[str]) -> None:
    done = subprocess.run([*ssh, "readlink", "/proc/self/ns/net"], capture_output=True, check=True)
    namespace = done.stdout.decode().strip()
    assert namespace.startswith("net:[") and namespace != os.readlink("/proc/self/ns/net")


def test_a_worker_over_ssh_comes_to_the_verdicts_of_one_that_is_started_here(
    ssh: list[str], catalogue: Catalogue, tmp_path: Path
) -> None:
    cases = [case for case in catalogue.cases if not case.undisturbed and (case.kind == "vector" or not case.alone)]
    target = targets.resolve("reference")
    provide_library(target)
    (tmp_path / "here").mkdir()
    here = launch_of(target, USUAL, None, tmp_path / "here")
    there = targets.connector(f"worker:{shlex.join([*ssh, *here.command])}")
    expected = verdicts(outcome_of(here, cases))
    assert verdicts(outcome_of(launch_of(there, USUAL, None, tmp_path), cases)) == expected
    assert sum(verdict is Verdict.PASS for verdict in expected.values()) > 250


def test_a_worker_that_is_not_reached_is_one_sentence(ssh: list[str], tmp_path: Path) -> None:
    command = shlex.join([*ssh, "/nowhere/apibuf-worker", "--target=x", "--stream"])
    done = apibuf("run", "--connector", f"worker:{command}", "--out", str(tmp_path / "out"))
    assert done.returncode == ExitCode.CANNOT_RUN, done.stdout
    assert "nothing came from the worker" in done.stdout and "exit code 127" in " ".join(done.stdout.split())


def test_memory_of_another_machine_is_not_said_to_be_limited(tmp_path: Path) -> None:
    script = """read nonce; echo '{"event":"hello","nonce":"'$nonce'"}'; read answer
        echo '{"event":"bye","nonce":"'$nonce'","answer":"'$answer'"}'"""
    answers = []
    for is_elsewhere in (False, True):
        launch = Launch(("sh", "-c", script), os.environ, tmp_path, is_elsewhere=is_elsewhere)
        with guarded_process(), Worker(launch, default_limits(), ProcessTable(), Interruption()) as worker:
            worker.next_event(10)
            worker.limit_memory(1 << 30)
            event = worker.next_event(10)
            assert isinstance(event, Event)
            answers.append(event.text("answer"))
    assert answers == ["yes", "no"]
