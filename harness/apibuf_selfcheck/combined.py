"""Builds the reference once with many mutants in it, of which a number in the built file chooses one.

A function with mutants gets a body that chooses between all of its bodies. What the compiler refuses there, and what is
changed outside of bodies, is built for itself instead.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from apibuf_selfcheck.build import Build, BuildError
from apibuf_selfcheck.mutations import Mutant

HEADER = Path(__file__).with_name("chosen_mutant.hpp")
MARKER = b"number of the chosen mutant\0"
NUMBER_BYTES = 4
NONE = 0
"""The number of the reference as it is."""

PLACE = re.compile(r"\bmutant-([0-9]+):")
# Quick to compile, quick enough to run; what a compiler would warn of in a mutant is no matter.
COMPILER_OPTIONS = ("-O1", "-g0", "-w", "-fno-lto")


@dataclass(frozen=True)
class Combined:
    """The library and the reference's own tests with the mutants of these numbers in them; the number is NONE as built.

    `objects` are the compiled sources, by the name of the ordinary object that each is in place of.
    """

    numbers: frozenset[int]
    objects: Mapping[str, Path]
    library: Path
    own_tests: Path


def build(library: Build, own_tests: Build, sources: Path, mutants: Mapping[int, Mutant], folder: Path) -> Combined:
    """Makes both in a folder that exists. Raises BuildError."""
    objects, numbers = {}, set[int]()
    for name, ordinary in library.objects(sources).items():
        own = {number: mutant for number, mutant in mutants.items() if mutant.file == name and mutant.body is not None}
        objects[ordinary] = folder / f"{name}.o"
        numbers |= _compile(library, sources / name, own, objects[ordinary]).keys()
    made = Combined(frozenset({NONE, *numbers}), objects, folder / "libapibuffer.so", folder / "own_tests")
    library.link(objects, made.library)
    own_tests.link(objects, made.own_tests)
    return made


def _compile(library: Build, original: Path, mutants: Mapping[int, Mutant], made: Path) -> Mapping[int, Mutant]:
    """Compiles a source with those of the mutants that the compiler takes, which are returned. Raises BuildError."""
    source = made.with_suffix("")
    source.write_text(text(original.read_text(encoding="utf-8"), mutants), encoding="utf-8")
    try:
        library.compile(original, source, made, (*COMPILER_OPTIONS, "-include", str(HEADER)))
    except BuildError as error:
        refused = {int(number) for number in PLACE.findall(str(error))}
        if not refused & mutants.keys():
            raise
        taken = {number: mutant for number, mutant in mutants.items() if number not in refused}
        return _compile(library, original, taken, made)
    return mutants


def text(source: str, mutants: Mapping[int, Mutant]) -> str:
    """A source whose functions have the bodies of all the mutants; each of these has a body. Pure.

    To the compiler the body of mutant 7 lies in a file `mutant-7`: so its complaints say which mutant they are about.
    """
    unchanged = source.encode()
    bodies: defaultdict[tuple[int, int], dict[int, bytes]] = defaultdict(dict)
    for number, mutant in mutants.items():
        assert mutant.body is not None
        start, end = mutant.body
        bodies[start, end][number] = mutant.source.encode()[start : end - len(unchanged) or None]
    pieces, position = [], 0
    for (start, end), changed in sorted(bodies.items()):
        pieces += [unchanged[position:start], _choice(changed, unchanged[start:end])]
        position = end
    return b"".join((*pieces, unchanged[position:])).decode()


def _choice(changed: Mapping[int, bytes], unchanged: bytes) -> bytes:
    cases = b"".join(b'case %d:\n#line 1 "mutant-%d"\n%b\nbreak;\n' % (n, n, body) for n, body in changed.items())
    return b'{ switch (apibuf_chosen_mutant.number) {\n%bdefault:\n#line 1 "unchanged"\n%b\n}}' % (cases, unchanged)


def choose(program: Path, number: int, made: Path) -> None:
    """Copies a library or program of Combined to where it is the mutant of this number."""
    content = bytearray(program.read_bytes())
    place = content.index(MARKER) + len(MARKER)
    content[place : place + NUMBER_BYTES] = number.to_bytes(NUMBER_BYTES, "little")
    made.write_bytes(content)
    made.chmod(program.stat().st_mode)
