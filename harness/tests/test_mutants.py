"""Which mutants a source has, how they are built, and what the list of accepted survivors may say."""

import ctypes
import shutil
from pathlib import Path

import pytest

from apibuf_common import project
from apibuf_common.errors import CannotRun
from apibuf_selfcheck import accepted, build, combined, killers, mutants
from apibuf_selfcheck.judging import Fate, Judgement
from apibuf_selfcheck.mutations import mutants_of


def becomes(line: str) -> set[str]:
    """What one line in the body of a function can become."""
    source = f"int f(int a, int b) {{\n  {line}\n}}\n"
    return {mutant.becomes for mutant in mutants_of("f.cpp", source) if mutant.line_number == 2}


def test_comparisons_constants_and_conditions_are_changed():
    assert becomes("while (a < 0) g(b);") == {
        ";",
        "while (a <= 0) g(b);",
        "while (a >= 0) g(b);",
        "while (a < 1) g(b);",
        "while (a < 0) ;",
    }
    assert becomes("if (a) return 2 - b;") == {
        ";",
        "if (!(a)) return 2 - b;",
        "if (a) return {};",
        "if (a) return 2 + b;",
        "if (a) return 1 - b;",
        "if (a) return 3 - b;",
    }


def test_a_return_without_a_value_is_only_removed_with_its_condition():
    assert becomes("if (a) return;") == {";", "if (!(a)) return;"}


def test_a_condition_that_compares_or_negates_is_not_negated_twice():
    assert "if (!(a == b)) g();" not in becomes("if (a == b) g();")
    assert "if (!(!a)) g();" not in becomes("if (!a) g();")
    assert "if (a) g();" in becomes("if (!a) g();")


def test_statuses_bounds_and_states_become_others():
    assert becomes("return NERR_Success;") == {"return ERROR_INVALID_PARAMETER;"}
    assert "return std::max(a, b);" in becomes("return std::min(a, b);")
    assert "set(State::free);" in becomes("set(State::live);")


def test_memory_orders_comments_strings_and_preprocessor_lines_are_left_alone():
    assert becomes("store(std::memory_order_release);") == {";"}
    assert becomes('g("1 + 1 == true"); // 1 < 2') == {";"}
    assert mutants_of("f.cpp", "#define ONE 1\n#if ONE == 1\n#endif\nstatic int a;\n") == ()


def test_a_declaration_is_removed_inside_of_functions_only():
    assert becomes("const Keeper keeper;") == {";"}
    assert mutants_of("f.cpp", "const Keeper keeper;\n") == ()


def test_template_arguments_and_pointers_are_no_operators():
    assert mutants_of("f.cpp", "std::array<char*, size> a{};\nvoid f(int* b, int& c);\n") == ()


def test_a_mutant_knows_its_function_behind_a_calling_convention():
    source = 'extern "C" NET_API_STATUS NET_API_FUNCTION Free(LPVOID Buffer) noexcept {\n  g();\n}\n'
    (mutant,) = mutants_of("buffer.cpp", source)
    assert mutant.place == "buffer.cpp:Free"
    assert mutant.source == source.replace("g();", ";")


def test_every_mutant_of_the_reference_differs_from_it_and_from_every_other():
    source = (project.ROOT / "reference" / "heap.cpp").read_text()
    sources = [mutant.source for mutant in mutants_of("heap.cpp", source)]
    assert len({source, *sources}) == len(sources) + 1
    assert len(sources) > 40


def test_no_kill_is_believed_where_the_reference_itself_is_killed():
    (unchanged,) = mutants_of("heap.cpp", "void f() {\n  g();\n}\n")
    mutants.check_unchanged(Judgement(unchanged, Fate.SURVIVED))
    with pytest.raises(CannotRun, match="the reference as it is: killed by the suite"):
        mutants.check_unchanged(Judgement(unchanged, Fate.KILLED_BY_SUITE, "free/null-once"))


def test_a_mutant_that_does_not_build_counts_for_nothing():
    fates = [Fate.NOT_BUILT, Fate.KILLED_BY_SUITE, Fate.KILLED_BY_OWN_TESTS, Fate.SURVIVED, Fate.SURVIVED]
    assert mutants.score(fates, unexplained=1) == (
        "4 mutants: 1 killed by the suite, 1 more by the reference's own tests, 1 accepted, 1 unexplained"
    )


COMMANDS = """\
/usr/bin/c++ -I/p/include -O2 -MD -MT a.o -MF a.o.d -o a.o -c /p/reference/a.cpp
: && /usr/bin/c++ -shared -o lib.so a.o b.o && cd /p && afterwards
"""


def test_a_build_knows_its_objects_by_their_sources():
    ordinary = build.Build(Path("/p/build"), "lib.so", build.parse_commands(COMMANDS))
    assert ordinary.objects(Path("/p/reference")) == {"a.cpp": "a.o"}
    assert ordinary.commands[-1] == ("/usr/bin/c++", "-shared", "-o", "lib.so", "a.o", "b.o")


@pytest.mark.skipif(shutil.which("c++") is None, reason="no compiler")
def test_a_source_that_does_not_compile_is_an_error_with_the_compilers_words(tmp_path: Path):
    broken = tmp_path / "a.cpp"
    broken.write_text("int a = nothing;\n")
    ordinary = build.Build(tmp_path, "lib.so", build.parse_commands(COMMANDS.replace("/usr/bin/c++", "c++")))
    with pytest.raises(build.BuildError, match="nothing"):
        ordinary.compile(Path("/p/reference/a.cpp"), broken, tmp_path / "a.o", ())


ONE_FUNCTION = """\
extern "C" int sum(int a, int b) {
  const int both = a + b;
  return both;
}
"""


def combine(folder: Path, source: str) -> combined.Combined:
    """Builds all mutants of a source, numbered from 1 in their order; the library is its own tests as well."""
    original = folder / "a.cpp"
    original.write_text(source)
    commands = COMMANDS.replace("/usr/bin/c++", "c++").replace("-O2", "-O2 -fPIC").replace("/p/reference", str(folder))
    ordinary = build.Build(folder, "lib.so", build.parse_commands(commands.replace(" b.o", "")))
    (folder / "made").mkdir()
    numbered = dict(enumerate(mutants_of("a.cpp", source), start=1))
    return combined.build(ordinary, ordinary, folder, numbered, folder / "made")


@pytest.mark.skipif(shutil.which("c++") is None, reason="no compiler")
def test_one_library_holds_every_mutant_that_a_compiler_takes(tmp_path: Path):
    made = combine(tmp_path, ONE_FUNCTION)
    becomes = {number: mutant.becomes for number, mutant in enumerate(mutants_of("a.cpp", ONE_FUNCTION), start=1)}
    results = {}
    for number in made.numbers:
        chosen = tmp_path / f"lib{number}.so"
        combined.choose(made.library, number, chosen)
        results[becomes.get(number, "unchanged")] = ctypes.CDLL(str(chosen)).sum(7, 2)
    assert results == {"unchanged": 9, "const int both = a - b;": 5, "return {};": 0}


def test_what_is_outside_of_bodies_or_known_to_the_compiler_has_a_build_of_its_own():
    source = "int a = 1;\nconstexpr int f() {\n  return 1;\n}\nint g() {\n  return 1;\n}\n"
    assert {mutant.line_number for mutant in mutants_of("f.cpp", source) if mutant.body is None} == {1, 3}


def test_a_function_in_a_function_belongs_to_the_outer_body():
    source = "void f() {\n  struct Inner {\n    int g() { return 1 + a; }\n  };\n  h();\n}\n"
    bodies = {mutant.body for mutant in mutants_of("f.cpp", source)}
    assert bodies == {(source.index("{"), source.rindex("}") + 1)}


@pytest.mark.skipif(shutil.which("c++") is None, reason="no compiler")
def test_a_source_that_never_compiles_is_an_error(tmp_path: Path):
    with pytest.raises(build.BuildError, match="nothing"):
        combine(tmp_path, "int f() { return nothing(1); }\n")


def test_what_killed_a_mutant_is_read_as_it_was_written(tmp_path: Path):
    file = tmp_path / "killers.json"
    known = {("a.cpp", "f", 'g("ä");', ";"): "free/null-once", ("a.cpp", "", "x", "y"): killers.OWN_TESTS}
    file.write_text(killers.text(known.items()), encoding="utf-8")
    assert killers.read(file) == known


def test_a_file_of_killers_that_is_none_is_refused(tmp_path: Path):
    file = tmp_path / "killers.json"
    file.write_text("[[]]")
    with pytest.raises(killers.BadKillers, match=r"killers\.json cannot be read"):
        killers.read(file)


def test_each_finding_needs_an_entry_of_its_own_and_each_entry_a_finding():
    same, other = ("a", "x"), ("b", "y")
    assert accepted.compare([same, other], [other, same]).agrees
    assert accepted.compare([same, same], [same]).unexplained == (same,)
    assert accepted.compare([same], [same, other]).stale == (other,)


def test_what_depends_on_chance_is_explained_and_never_stale():
    finding = ("a", "x")
    assert accepted.compare([finding], [], [finding]).agrees
    assert accepted.compare([], [], [finding]).agrees


ENTRY = '[[survivor]]\nfile = "a.cpp"\nline = "x"\nreason = "no caller can see it"\n'


def test_a_list_is_read_member_by_member(tmp_path: Path):
    file = tmp_path / "mutants.toml"
    file.write_text(ENTRY)
    assert accepted.read(file, ("survivor",), ("line", "file")) == {"survivor": (("x", "a.cpp"),)}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (ENTRY + 'colour = "red"\n', "number 1 needs exactly"),
        (ENTRY.replace('line = "x"\n', ""), "number 1 needs exactly"),
        (ENTRY.replace("no caller can see it", " "), "number 1 gives no reason"),
        (ENTRY.replace("survivor", "survivors"), "holds survivors"),
        ("survivor = ", "cannot be read"),
    ],
)
def test_a_list_that_says_too_much_or_too_little_is_refused(tmp_path: Path, text: str, complaint: str):
    file = tmp_path / "mutants.toml"
    file.write_text(text)
    with pytest.raises(accepted.BadList, match=complaint):
        accepted.read(file, ("survivor",), ("file", "line"))
