"""What is changed in an expression."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import singledispatch
from itertools import chain

from mutation.source import Change, Source, Span

PROSE = 2
"""Spaces from which on a text is one for people, whose words are nobody's promise and are left alone."""

FOR_PEOPLE = {"title", "explanation", "docs", "absent"}
"""Arguments whose text is left alone for the same reason."""

COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==",
    ast.Is: "is not", ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in",
}  # fmt: skip
OPERATIONS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult,
}  # fmt: skip
TWINS = [("lower", "upper"), ("lstrip", "rstrip"), ("partition", "rpartition"), ("startswith", "endswith"),
         ("min", "max"), ("any", "all")]  # fmt: skip
SWAPPED = dict(TWINS) | {right: left for left, right in TWINS}
TRIMMING = {"strip", "lstrip", "rstrip", "lower", "upper", "replace", "removeprefix", "removesuffix"}
WRAPPING = {"max", "min", "round", "str", "int", "float", "tuple", "sorted", "frozenset", "bool"}
BOUND_TO_FAIL = {"isinstance", "len", "str", "int", "float", "tuple", "frozenset", "any", "all", "next"}
"""Functions that fail at once when they are given None."""


def expression(source: Source, node: ast.expr, span: Span | None) -> Iterator[Change]:
    """Give every change of an expression, and of those in it."""
    for text in _instead(node):
        yield source.instead(node, text, span)
    yield from _less(node, source, span)
    for child in _within(node):
        yield from expression(source, child, span)


def negated(node: ast.expr) -> str:
    """Return the opposite of a condition."""
    return f"not ({ast.unparse(node)})"


# --- What stands in its place -----------------------------------------------------------------------------------------


@singledispatch
def _instead(_node: ast.expr) -> Iterator[str]:
    """Give the texts that an expression is replaced with."""
    yield from ()


@_instead.register
def _constant(node: ast.Constant) -> Iterator[str]:
    match node.value:
        case bool(value):
            yield str(not value)
        case int(value) | float(value):
            yield repr(value + 1)
        case str(value) if value.count(" ") < PROSE:
            yield repr(f"XX{value}XX")
        case bytes(value):
            yield repr(b"XX" + value)


@_instead.register
def _formatted(node: ast.JoinedStr) -> Iterator[str]:
    if ast.unparse(node).count(" ") < PROSE:
        yield re.sub(r"""^f(["']+)""", r"f\1XX", ast.unparse(node))


@_instead.register
def _comparison(node: ast.Compare) -> Iterator[str]:
    for number, operator in enumerate(node.ops):
        words = [ast.unparse(node.left)]
        for index, (other, right) in enumerate(zip(node.ops, node.comparators, strict=True)):
            plain = ast.unparse(ast.Compare(ast.Name("_"), [other], [right])).removeprefix("_ ")
            swapped = f"{COMPARISONS[type(operator)]} {ast.unparse(right)}"
            words.append(swapped if index == number else plain)
        yield " ".join(words)


@_instead.register
def _both_or_either(node: ast.BoolOp) -> Iterator[str]:
    word, other = (" and ", " or ") if isinstance(node.op, ast.And) else (" or ", " and ")
    yield f"({other.join(f'({ast.unparse(each)})' for each in node.values)})"
    for left_out in node.values:
        rest = word.join(f"({ast.unparse(each)})" for each in node.values if each is not left_out)
        yield f"({rest})"


@_instead.register
def _opposite(node: ast.UnaryOp) -> Iterator[str]:
    if isinstance(node.op, ast.Not | ast.USub):
        yield f"({ast.unparse(node.operand)})"


@_instead.register
def _operation(node: ast.BinOp) -> Iterator[str]:
    if isinstance(node.op, ast.BitOr):
        yield f"({ast.unparse(node.left)})"
        yield f"({ast.unparse(node.right)})"
    elif other := OPERATIONS.get(type(node.op)):
        yield f"({ast.unparse(ast.BinOp(node.left, other(), node.right))})"


@_instead.register
def _choice(node: ast.IfExp) -> Iterator[str]:
    yield f"({ast.unparse(node.body)})"
    yield f"({ast.unparse(node.orelse)})"


@_instead.register
def _call(node: ast.Call) -> Iterator[str]:
    match node.func:
        case ast.Attribute(value=of, attr=name) if name in TRIMMING:
            yield f"({ast.unparse(of)})"
        case ast.Name(name) if name in WRAPPING and node.args:
            yield f"({ast.unparse(node.args[0])})"


# --- What is less of it -----------------------------------------------------------------------------------------------


@singledispatch
def _less(_node: ast.expr, _source: Source, _span: Span | None) -> Iterator[Change]:
    """Give the changes that leave a part of an expression out, or put something in a part's place."""
    yield from ()


@_less.register
def _keys(node: ast.Dict, source: Source, span: Span | None) -> Iterator[Change]:
    for key, value in zip(node.keys, node.values, strict=True):
        start, end = source.place(value)
        yield source.without(source.place(key)[0] if key else start - len("**"), end, span)


@_less.register(ast.List | ast.Tuple | ast.Set)
def _elements(node: ast.List | ast.Tuple | ast.Set, source: Source, span: Span | None) -> Iterator[Change]:
    for each in node.elts:
        yield source.without(*source.place(each), span)


@_less.register(ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp)
def _conditions(
    node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, source: Source, span: Span | None
) -> Iterator[Change]:
    for condition in chain.from_iterable(each.ifs for each in node.generators):
        if not any(isinstance(each, ast.NamedExpr) for each in ast.walk(condition)):
            yield source.instead(condition, "True", span)


@_less.register
def _arguments(node: ast.Call, source: Source, span: Span | None) -> Iterator[Change]:
    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
    if name in SWAPPED:
        end = source.place(node.func)[1]
        yield Change(end - len(name), end, SWAPPED[name], span)
    for argument in node.args:
        if name not in BOUND_TO_FAIL and not isinstance(argument, ast.Starred):
            yield source.instead(argument, "None", span)
    for keyword in node.keywords:
        yield source.without(*source.place(keyword), span)


# --- What is in it ----------------------------------------------------------------------------------------------------


def _within(node: ast.AST) -> Iterator[ast.expr]:
    """Give the expressions directly in one; not what is only left out: a plain element, and the key of a value."""
    match node:
        case ast.JoinedStr(values):
            # Their places are wrong before Python 3.12: no change within them.
            found = (part.value for part in values if isinstance(part, ast.FormattedValue))
            yield from found if sys.version_info >= (3, 12) else ()
        case ast.Dict(_, values):
            yield from values
        case ast.Set(elements) | ast.List(elements) | ast.Tuple(elements):
            yield from (each for each in elements if not isinstance(each, ast.Constant))
        case _:
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.expr):
                    yield child
                elif isinstance(child, ast.comprehension | ast.arguments) or (
                    isinstance(child, ast.keyword) and child.arg not in FOR_PEOPLE
                ):
                    yield from _within(child)
