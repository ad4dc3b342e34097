"""What is changed in a module: every statement, and every expression in it."""

import ast
from collections.abc import Iterator

from mutation.expressions import expression, negated
from mutation.source import Change, Source, Span, lines


def changes(source: Source) -> list[Change]:
    """Return every change of a module after which it is another one, each once."""
    found: dict[bytes, Change] = {}
    original = ast.dump(ast.parse(source.text))
    for change in _block(source, ast.parse(source.text).body, at_import=True):
        changed = source.changed(change)
        try:
            if ast.dump(ast.parse(changed)) != original:
                found.setdefault(changed, change)
        except SyntaxError:
            continue
    return list(found.values())


def _block(source: Source, body: list[ast.stmt], *, at_import: bool) -> Iterator[Change]:
    for node in body:
        if not _is_left_alone(node, at_import=at_import):
            yield from _statement(source, node, at_import=at_import)


def _is_left_alone(node: ast.stmt, *, at_import: bool) -> bool:
    """Whether a statement says nothing to the program: imports, docstrings, and the names of types."""
    match node:
        case (
            ast.Import()
            | ast.ImportFrom()
            | ast.Expr(ast.Constant())
            | ast.If(test=ast.Name("TYPE_CHECKING"))
            | ast.Assign(value=ast.Call(ast.Name("TypeVar")))
        ):
            return True
        case ast.Assign(value=ast.Subscript() | ast.BinOp(op=ast.BitOr())):
            return at_import
    return False


def _statement(source: Source, node: ast.stmt, *, at_import: bool) -> Iterator[Change]:
    span = None if at_import else lines(node)
    match node:
        case ast.FunctionDef(args=arguments, body=body):
            for default in (*arguments.defaults, *filter(None, arguments.kw_defaults)):
                yield from expression(source, default, span)
            yield from _block(source, body, at_import=False)
        case ast.ClassDef(body=body):
            yield from _block(source, body, at_import=at_import)
        case ast.AnnAssign(value=value):
            if isinstance(value, ast.Constant) and value.value is None:
                yield source.instead(value, "'XX'", span)
            if value is not None:
                yield from expression(source, value, span)
        case _:
            yield from _itself(source, node, span)
            yield from _parts(source, node, at_import=at_import)


def _itself(source: Source, node: ast.stmt, span: Span | None) -> Iterator[Change]:
    match node:
        case ast.Assign(value=value) if span is not None:
            yield source.instead(value, "None", span)
        case ast.AugAssign(target=target, value=value):
            yield source.instead(node, f"{ast.unparse(target)} = {ast.unparse(value)}", span)
        case ast.Expr(ast.Call()) | ast.Raise():
            yield source.instead(node, "pass", span)
        case ast.Return(value) if value is not None:
            yield source.instead(value, "None", span)
        case ast.Continue():
            yield source.instead(node, "break", span)
        case ast.Break():
            yield source.instead(node, "continue", span)
        case ast.If(test=test) | ast.While(test=test):
            yield source.instead(test, negated(test), span and lines(test))


def _parts(source: Source, node: ast.stmt, *, at_import: bool) -> Iterator[Change]:
    """Give the changes of a statement's expressions, and of the statements in it."""
    is_compound = any(hasattr(node, name) for name in ("body", "cases", "handlers"))
    for part, place in _expressions(node):
        span = lines(place if is_compound else node)
        yield from expression(source, part, None if at_import else span)
    for name in ("body", "orelse", "finalbody"):
        yield from _block(source, getattr(node, name, []), at_import=at_import)
    for inner in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        yield from _block(source, inner.body, at_import=at_import)


def _expressions(node: ast.stmt) -> Iterator[tuple[ast.expr, ast.expr | ast.pattern]]:
    """Give a statement's expressions, those of its clauses too, each with what has the lines that are run for it."""
    for part in ast.iter_child_nodes(node):
        match part:
            case ast.expr():
                yield part, part
            case ast.withitem(context_expr=context):
                yield context, context
            case ast.ExceptHandler(type=error) if error is not None:
                yield error, error
            case ast.match_case(pattern=pattern, guard=guard):
                yield from ((each, pattern) for each in ast.walk(pattern) if isinstance(each, ast.Constant))
                if guard is not None:
                    yield guard, pattern
