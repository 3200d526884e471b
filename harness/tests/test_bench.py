"""What `apibuf bench` measures, computes, draws and refuses. Nothing here depends on how fast anything is."""

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from apibuf_bench import benchmarking, figures, instructions, measuring, published, suite, vectors
from apibuf_bench.instructions import BadFigures, Comparison
from apibuf_bench.measuring import Implementation, Sample
from apibuf_bench.scenarios import BY_NAME, SCENARIOS
from apibuf_cli.__main__ import main
from apibuf_common import project
from apibuf_common.errors import ExitCode
from apibuf_setup import vector_files
from apibuf_setup.vector_files import load

Compile = Callable[..., Path]

MALLOC = Implementation("malloc", "linux-x86_64", "glibc", (), {})
OURS = Implementation("reference", "linux-x86_64", "", (), {})
HOSTILE = Implementation('a<b>&"c|', "linux-x86_64", "", (), {})
SCENARIO = BY_NAME["million-live"]


def sample(implementation: Implementation, round: int, ns: float, scenario: str = "million-live") -> Sample:
    return Sample(implementation, BY_NAME[scenario], round, ns, 80.0 if implementation is MALLOC else 99.0)


def test_a_ratio_compares_only_what_was_measured_in_the_same_round():
    floor = [sample(MALLOC, 0, 10), sample(MALLOC, 1, 1000), sample(MALLOC, 2, 10)]
    assert figures.ratio([sample(OURS, 0, 20), sample(OURS, 1, 2000)], floor) == figures.Ratio(2.0, 2.0, 2.0)
    assert figures.ratio([sample(OURS, 7, 20)], floor) is None


def test_a_ratio_has_the_quartiles_of_its_rounds():
    floor = [sample(MALLOC, round, 10) for round in range(5)]
    ours = [sample(OURS, round, ns) for round, ns in enumerate((50, 10, 20, 30, 40))]
    assert figures.ratio(ours, floor) == figures.Ratio(3.0, 2.0, 4.0)


def test_a_floor_of_another_platform_is_no_floor():
    foreign = Implementation("malloc", "windows-x86_64", "", (), {})
    (own,) = figures.figures([sample(OURS, 0, 20)])
    assert own.over_floor is None
    assert [figure.over_floor for figure in figures.figures([sample(OURS, 0, 20), sample(foreign, 0, 1)])] == [
        None,
        None,
    ]


def test_every_implementation_is_the_first_of_a_round_in_turn(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(measuring, "_measure_once", lambda each, scenario, round, *_: sample(each, round, 1))
    taken = measuring.measure([MALLOC, OURS], [SCENARIO], rounds=3, seconds=0.1)
    assert [(each.round, each.implementation.name) for each in taken] == [
        (0, "malloc"),
        (0, "reference"),
        (1, "reference"),
        (1, "malloc"),
        (2, "malloc"),
        (2, "reference"),
    ]


def made() -> published.Made:
    return published.Made(3, 0.1, "a machine", (Comparison("mixed-sizes", 100.0, 101.0),))


def timings(playing_s: float) -> list[suite.Timing]:
    """Of all that the published files speak of."""
    output = suite.Told(playing_s, 0.1, 0.2, 300, (("free/null-once", 0.1),))
    names = ("list", "reference", "reference-1-job", "wine", "crashing", "crashing-wine")
    return [suite.Timing(suite.Task(name, name, (), 2.0, 1.0), 2.0, 3.0, output) for name in names]


def test_the_published_files_fit_their_schema_and_are_well_formed():
    samples = [sample(each, round, ns) for round in range(3) for each, ns in ((MALLOC, 10), (OURS, 20), (HOSTILE, 9))]
    texts = published.files(samples, timings(0.5), made())
    schema = json.loads((project.ROOT / "harness" / "schemas" / "bench.schema.json").read_text())
    Draft202012Validator(schema).validate(json.loads(texts["bench.json"]))
    words = [element.text for element in ElementTree.fromstring(texts["bench.svg"]).iterfind(".//{*}text")]
    assert HOSTILE.name in words and "2.00" in words


def test_a_missed_goal_is_told_as_missed_and_what_was_not_measured_as_that():
    samples = [sample(MALLOC, 0, 10, "mixed-sizes"), sample(OURS, 0, 26, "mixed-sizes")]
    texts = published.files(samples, timings(1.5), made())["README.md"].splitlines()
    assert (
        "| mixed-sizes: reference takes at most 2.5 times as long as malloc | 2.60 (2.60 to 2.60) | **missed** |"
        in texts
    )
    assert "| grow-by-steps: reference takes at most 1.2 times as long as malloc |  | not measured |" in texts
    assert "| reference, the whole command: at most 2 s | 2.00 s | met |" in texts
    assert "| reference, only running: at most 1 s | 1.50 s | **missed** |" in texts


def test_the_first_use_is_measured_in_a_copy_in_which_nothing_is_installed(tmp_path: Path):
    launcher = project.ROOT / "harness" / "apibuf"
    tasks = suite.tasks(tmp_path, suite.Programs(launcher, *[tmp_path / "none"] * 4))
    first = next(task for task in tasks if task.name == "first-help")
    copy = Path(first.command[0]).parents[1]
    assert suite.time_task(first).wall_s < 60
    assert not (copy / "build").exists()


def test_a_rise_of_more_than_5_percent_is_one():
    assert not Comparison("mixed-sizes", 100, 104.9).has_risen
    assert Comparison("mixed-sizes", 100, 105.1).has_risen
    assert not Comparison("mixed-sizes", 100, 50).has_risen


def test_kept_figures_are_read_as_they_were_written(tmp_path: Path):
    kept = {"GCC 12, glibc 2.36": {"mixed-sizes": 1.5}}
    (tmp_path / "kept.toml").write_text(instructions.text_of(kept))
    assert instructions.read(tmp_path / "kept.toml") == kept
    assert instructions.read(tmp_path / "none.toml") == {}


@pytest.mark.parametrize("text", ["a", "a = 1", "[a]\nb = 'c'", "[a]\nb = 0", "[a]\nb = nan", "[a]\nb = true"])
def test_kept_figures_that_are_none_are_refused(text: str, tmp_path: Path):
    (tmp_path / "kept.toml").write_text(text)
    with pytest.raises(BadFigures):
        instructions.read(tmp_path / "kept.toml")


def test_a_kept_figure_for_every_counted_scenario_is_needed():
    with pytest.raises(BadFigures):
        instructions.compare({"mixed-sizes": 1}, {"mixed-sizes": 1, "grow-by-steps": 1})


def test_the_figures_of_this_toolchain_can_be_read():
    for kept in instructions.read(benchmarking.KEPT_INSTRUCTIONS).values():
        assert set(kept) == set(instructions.SCENARIOS_COUNTED)


def test_what_is_measured_is_what_the_program_has(capfd: pytest.CaptureFixture[str]):
    samples = benchmarking.measure_targets(["reference", "samba"], [], rounds=1, seconds=0.001)
    of = {
        name: [each.scenario for each in samples if each.implementation.name == name]
        for name in ("malloc", "reference", "samba")
    }
    assert of["malloc"] == of["reference"] == list(SCENARIOS)
    assert {scenario.name for scenario in SCENARIOS} - {scenario.name for scenario in of["samba"]} == {
        "allocate-size-free",
        "grow-by-doubling",
        "grow-by-steps",
    }


def test_a_library_that_fails_while_it_is_measured_gets_no_figures(
    compile_library: Compile, capsys: pytest.CaptureFixture[str]
):
    code = main(["bench", str(compile_library("CRASH")), "--scenario", "allocate-free", "--rounds", "1"])
    assert (code, "could not be measured" in capsys.readouterr().err) == (ExitCode.CANNOT_RUN, True)


@pytest.mark.parametrize(
    "words",
    [
        ["--scenario", "no-such-*"],
        ["--update"],
        ["--suite", "--instructions"],
        ["no-such-target"],
        ["reference-linux-i686"],
        ["wine-5.0"],
    ],
)
def test_what_cannot_be_measured_is_wrong_usage(words: list[str], capsys: pytest.CaptureFixture[str]):
    assert main(["bench", *words]) == ExitCode.WRONG_USAGE
    assert capsys.readouterr().err.startswith("apibuf: ")


def test_generated_vectors_are_vector_files_with_as_many_cases(tmp_path: Path):
    for make in (vectors.ordinary, vectors.frees_of_null):
        file = tmp_path / "cases.json"
        file.write_text(json.dumps(make(300)))
        load([str(file)])
        assert len({case["id"] for case in make(300)["cases"]}) == 300


def test_the_largest_generated_file_is_one_that_run_accepts():
    kibicase_bytes = len(json.dumps(vectors.ordinary(1024)))
    assert kibicase_bytes * max(suite.COUNTS_OF_CASES) / 1024 < vector_files.MOST_BYTES
