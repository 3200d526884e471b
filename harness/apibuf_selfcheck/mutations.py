"""Makes mutants from the text of a C++ source: the same source with one thing changed. Pure.

Memory orders are left alone: on the machines that the suite runs on, no caller can be relied on to see them. So is
what a preprocessor line, a comment or a string says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import tree_sitter_cpp
from tree_sitter import Language, Node, Parser

PARSER = Parser(Language(tree_sitter_cpp.language()))

OPERATORS = {
    "==": ("!=",),
    "!=": ("==",),
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    ">": (">=", "<="),
    ">=": (">", "<"),
    "+": ("-",),
    "-": ("+",),
    "*": ("/",),
    "/": ("*",),
    "%": ("/",),
    "<<": (">>",),
    ">>": ("<<",),
    "&": ("|",),
    "|": ("&",),
    "&&": ("||",),
    "||": ("&&",),
}
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")

NAMES = {
    "true": ("false",),
    "false": ("true",),
    "std::min": ("std::max",),
    "std::max": ("std::min",),
    "NERR_Success": ("ERROR_INVALID_PARAMETER",),
    "ERROR_INVALID_PARAMETER": ("NERR_Success", "ERROR_NOT_ENOUGH_MEMORY"),
    "ERROR_NOT_ENOUGH_MEMORY": ("NERR_Success", "ERROR_INVALID_PARAMETER"),
    "State::free": ("State::live", "State::busy"),
    "State::live": ("State::free", "State::busy"),
    "State::busy": ("State::free", "State::live"),
}
EMPTY_VALUES = ("nullptr", "std::nullopt")
"""What `{}` is already, besides the names above."""

COMPILE_TIME = re.compile(r"\bconst(?:expr|eval)\b")
CALLING_CONVENTION = re.compile(rb"\b(?:NET_API_FUNCTION|__RPC_USER)\b")


@dataclass(frozen=True)
class Mutant:
    """A source with one change. `line` is the first changed line (from 1: `line_number`), `becomes` what it is now.

    `body` is where the body of the changed function lies in the unchanged source: its first byte and the one behind it.
    None where the change is in no body, or in one that has to be known when it is compiled.
    """

    file: str
    function: str
    line_number: int
    line: str
    becomes: str
    source: str
    body: tuple[int, int] | None

    @property
    def place(self) -> str:
        """File and function, as `--only` matches them."""
        return f"{self.file}:{self.function}"


def mutants_of(file: str, source: str) -> tuple[Mutant, ...]:
    """All mutants of a source, in its order, each once."""
    text = source.encode()
    # Between the type and the name of a function no C++ grammar expects a macro: blanks of its length take its place.
    tree = PARSER.parse(CALLING_CONVENTION.sub(lambda macro: b" " * len(macro[0]), text))
    found: dict[str, Mutant] = {}
    for node in _all_nodes(tree.root_node):
        for changed, replacement in MUTATIONS.get(node.type, lambda _: ())(node):
            mutant = _mutant(file, text, changed, replacement)
            found.setdefault(mutant.source, mutant)
    return tuple(sorted(found.values(), key=lambda mutant: mutant.line_number))


Change = tuple[Node, str]


def _operators(node: Node) -> Iterator[Change]:
    operator = _field(node, "operator")
    for other in OPERATORS.get(_text(operator), ()):
        yield operator, other


def _without_not(node: Node) -> Iterator[Change]:
    if _text(_field(node, "operator")) == "!":
        yield node, _text(_field(node, "argument"))


def _negated_condition(node: Node) -> Iterator[Change]:
    """`if (a)` to `if (!(a))`; a condition that compares, or starts with `!`, is negated by those operators."""
    condition = _field(node, "condition")
    if condition.type == "condition_clause":
        condition = _field(condition, "value")
    operator = condition.child_by_field_name("operator")
    if operator is None or _text(operator) not in (*COMPARISONS, "!"):
        yield condition, f"!({_text(condition)})"


def _statement(node: Node) -> Iterator[Change]:
    yield node, ";"


def _local_declaration(node: Node) -> Iterator[Change]:
    if node.parent is not None and node.parent.type == "compound_statement":
        yield node, ";"


def _branch(node: Node) -> Iterator[Change]:
    yield from _statement(node)
    yield from _negated_condition(node)


def _returned(node: Node) -> Iterator[Change]:
    for value in node.named_children[:1]:  # `return;` has none
        if _text(value) not in (*NAMES, *EMPTY_VALUES):
            yield value, "{}"


def _number(node: Node) -> Iterator[Change]:
    value = int(_text(node), 0)
    for other in {value + 1, max(value - 1, 0)} - {value}:
        yield node, str(other)


def _name(node: Node) -> Iterator[Change]:
    for other in NAMES.get(_text(node), ()):
        yield node, other


MUTATIONS: dict[str, Callable[[Node], Iterator[Change]]] = {
    "binary_expression": _operators,
    "unary_expression": _without_not,
    "conditional_expression": _negated_condition,
    "if_statement": _branch,
    "while_statement": _branch,
    "expression_statement": _statement,
    "declaration": _local_declaration,
    "return_statement": _returned,
    "number_literal": _number,
    "identifier": _name,
    "qualified_identifier": _name,
    "true": _name,
    "false": _name,
}


def _mutant(file: str, text: bytes, changed: Node, replacement: str) -> Mutant:
    row = changed.start_point.row
    source = (text[: changed.start_byte] + replacement.encode() + text[changed.end_byte :]).decode()
    return Mutant(
        file=file,
        function=_enclosing_function(changed),
        line_number=row + 1,
        line=_code(text.decode(), row),
        becomes=_code(source, row),
        source=source,
        body=_enclosing_body(changed),
    )


def _code(source: str, row: int) -> str:
    """One line without its indentation and comment."""
    return source.splitlines()[row].partition("//")[0].strip()


def _enclosing_function(node: Node) -> str:
    """The name of the function that a node is in; empty outside of functions."""
    ancestor: Node | None = node
    while ancestor is not None and ancestor.type != "function_definition":
        ancestor = ancestor.parent
    while ancestor is not None and ancestor.type != "identifier":
        ancestor = ancestor.child_by_field_name("declarator")
    return _text(ancestor) if ancestor is not None else ""


def _enclosing_body(node: Node) -> tuple[int, int] | None:
    """Where the body of the outermost function that a node is in begins and ends, as `Mutant.body` says it."""
    functions = [ancestor for ancestor in _ancestors(node) if ancestor.type == "function_definition"]
    body = functions[-1].child_by_field_name("body") if functions else None
    if body is None or body.type != "compound_statement" or node.start_byte < body.start_byte:
        return None
    return None if COMPILE_TIME.search(_text(functions[-1])) else (body.start_byte, body.end_byte)


def _ancestors(node: Node) -> Iterator[Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def _all_nodes(node: Node) -> Iterator[Node]:
    yield node
    condition = node.child_by_field_name("condition") if node.type.startswith("preproc_") else None
    for child in node.children:
        if child != condition:
            yield from _all_nodes(child)


def _field(node: Node, name: str) -> Node:
    child = node.child_by_field_name(name)
    assert child is not None, f"a {node.type} has a {name}"
    return child


def _text(node: Node) -> str:
    assert node.text is not None
    return node.text.decode()
