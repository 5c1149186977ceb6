"""What the source of ``leaddesk`` says about messages: every key that is raised or shown, and the values given with it.

Read from the syntax tree, so that a key nobody made a sentence for is found before a person meets it.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "leaddesk"

#: Whose first argument (or ``key``, ``reason``) is a message key.
ERRORS = frozenset({"BadInput", "Refusal", "Denied", "Unreachable", "StoreTrouble", "LeadDeskError"})
_CARRIERS = frozenset(
    {"Refused", "Phrase", "Remark", "Problem", "Place", "Done", "VerdictRow", "RowOutcome", "_outcome", "Failure"}
)
_KEY_NAMES = ("reason", "notice", "key")

#: Where a carrier takes its key by place; the others take it first.
_PLACES = {"Done": 4, "RowOutcome": 1}

_HYPHENED = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")


@dataclass(frozen=True)
class Raised:
    """A key (``pattern``: a regular expression for one made of parts) with the names of its values; None: not seen."""

    key: str
    pattern: bool
    values: frozenset[str] | None
    family: str
    where: str


def files() -> list[Path]:
    """Every module of the program."""
    return sorted(PACKAGE.rglob("*.py"))


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def raised() -> tuple[Raised, ...]:
    """Every key with which something is raised, refused, shown or told."""
    return tuple(one for path in files() for one in _of(path))


@cache
def strings() -> frozenset[str]:
    """Every string that stands in the program outside the tables of ``pages``."""
    return frozenset(
        node.value
        for path in files()
        if path.parent.name != "pages"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def calls(path: Path, *names: str) -> Iterator[ast.Call]:
    """Every call of a function or method of these names."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and _name(node.func) in names:
            yield node


def _of(path: Path) -> Iterator[Raised]:
    module = tree(path)
    tables = {target.id: node for node in module.body for target in _targets(node) if isinstance(target, ast.Name)}
    tables |= {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
    for scope in ast.walk(module):
        if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(scope):
            if isinstance(node, ast.Call):
                yield from _call(path, scope, node, tables)
            elif isinstance(node, ast.Tuple) and len(node.elts) >= 2:
                yield from _tuple(path, node)


def _call(path: Path, scope: ast.AST, node: ast.Call, tables: Mapping[str, ast.AST]) -> Iterator[Raised]:
    name = _name(node.func)
    if name not in ERRORS and name not in _CARRIERS:
        return
    where = f"{path.relative_to(ROOT)}:{node.lineno}"
    named = {one.arg: one.value for one in node.keywords if one.arg}
    told = next((named[one] for one in _KEY_NAMES if one in named), None)
    place = _PLACES.get(name, 0)
    if told is None and name not in ("Place", "VerdictRow", "_outcome", "Failure") and len(node.args) > place:
        told = node.args[place]
    if told is None:
        return
    given = _values(scope, node, named, name in ERRORS)
    for key, pattern in _keys(told, scope, tables):
        yield Raised(key, pattern, given, name, where)


def _tuple(path: Path, node: ast.Tuple) -> Iterator[Raised]:
    """Reasons passed on as ("fit-role", {"role": role}, points) or (False, "target-passes", {})."""
    for key, values in zip(node.elts, node.elts[1:], strict=False):
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and isinstance(values, ast.Dict):
            if _HYPHENED.fullmatch(key.value):
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                yield Raised(key.value, False, _names(values), "Phrase", where)


def _keys(told: ast.AST, scope: ast.AST, tables: Mapping[str, ast.AST]) -> Iterator[tuple[str, bool]]:
    """The keys an expression may give: itself, either side of a choice, its parts, or what a variable is given."""
    if isinstance(told, ast.Constant):
        if isinstance(told.value, str) and told.value:
            yield told.value, False
    elif isinstance(told, ast.IfExp):
        yield from _keys(told.body, scope, tables)
        yield from _keys(told.orelse, scope, tables)
    elif isinstance(told, ast.BoolOp):
        for one in told.values:
            yield from _keys(one, scope, tables)
    elif isinstance(told, ast.JoinedStr):
        yield "".join(re.escape(one.value) if isinstance(one, ast.Constant) else "[a-z-]+" for one in told.values), True
    elif isinstance(told, ast.Name):
        yield from ((one, False) for one in _assigned(told.id, scope, tables) or _passed_on(scope, tables))


def _assigned(variable: str, scope: ast.AST, tables: Mapping[str, ast.AST]) -> set[str]:
    """The keys a variable is given in a function, by the functions of the module that it asks, too."""
    found: set[str] = set()
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == variable for t in node.targets):
            found |= set(_hyphened(node.value))
            for call in ast.walk(node.value):
                if isinstance(call, ast.Call) and _name(call.func) in tables:
                    found |= _told_by(tables[_name(call.func)], tables)
    return found


def _passed_on(scope: ast.AST, tables: Mapping[str, ast.AST]) -> set[str]:
    """The keys of the loops of a function, and of the tables and functions of the module that it uses."""
    used = {node.id for node in ast.walk(scope) if isinstance(node, ast.Name)}
    found = {one for node in ast.walk(scope) if isinstance(node, ast.For) for one in _hyphened(node.iter)}
    return found.union(*(_told_by(tables[one], tables) for one in used if one in tables))


def _told_by(place: ast.AST, tables: Mapping[str, ast.AST]) -> set[str]:
    """The keys a table of the module holds, or a function of it may return or goes through, its tables among them."""
    if not isinstance(place, ast.FunctionDef):
        return set(_hyphened(place))
    nodes = [node for node in ast.walk(place) if isinstance(node, ast.Return | ast.For)]
    used = {node.id for node in ast.walk(place) if isinstance(node, ast.Name)}
    nodes += [tables[one] for one in used if one in tables and not isinstance(tables[one], ast.FunctionDef)]
    return {one for node in nodes for one in _hyphened(node)}


def _hyphened(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and _HYPHENED.fullmatch(one.value):
            yield one.value


def _values(scope: ast.AST, node: ast.Call, named: Mapping[str, ast.AST], error: bool) -> frozenset[str] | None:
    """The names of the values given: keywords of an error, a dictionary elsewhere; None where not to be seen."""
    if error:
        return None if any(one.arg is None for one in node.keywords) else frozenset(named)
    told = named.get("values") or next((one for one in node.args[1:] if isinstance(one, ast.Dict | ast.Name)), None)
    if told is None:
        return None if len(node.args) > 1 else frozenset()
    if isinstance(told, ast.Name):
        made = [
            one.value
            for one in ast.walk(scope)
            if isinstance(one, ast.Assign) and any(isinstance(t, ast.Name) and t.id == told.id for t in one.targets)
        ]
        found = [_names(one) for one in made if isinstance(one, ast.Dict)]
        return frozenset().union(*(one for one in found if one)) if found and None not in found else None
    return _names(told) if isinstance(told, ast.Dict) else None


def _names(values: ast.Dict) -> frozenset[str] | None:
    """The keys of a dictionary display; None where another one is taken in."""
    if any(one is None or not isinstance(one, ast.Constant) for one in values.keys):
        return None
    return frozenset(str(one.value) for one in values.keys if isinstance(one, ast.Constant))


def _targets(node: ast.stmt) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign) else []


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
