"""How a place in a file comes to a name of another module: by an import that is there, or by a new one."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Final, NamedTuple

import libcst as cst

from ssot_lint.fixes._file import FixedFile, NoFixError, insertion
from ssot_lint.fixes._import_graph import would_close_circle
from ssot_lint.fixes._import_order import room_for
from ssot_lint.summary.facts import UseFlag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssot_lint.fixes._import_order import Room
    from ssot_lint.model import Edit

_BUILTINS: Final = frozenset(dir(builtins))


class Reference(NamedTuple):
    """What to write for a thing at a place, and the edits that make it mean that thing."""

    text: str
    edits: tuple[Edit, ...] = ()
    note: str = ""
    """What a reader should know of the import, as a clause."""


class FromImport(NamedTuple):
    """A ``from`` import and the module that it names."""

    node: cst.ImportFrom
    path: str
    function: cst.FunctionDef | None
    is_plain: bool
    """Whether it is run whenever the module or function is: it stands in no block of another statement."""


def absolute_path(node: cst.ImportFrom, file: FixedFile) -> str | None:
    """Return the dotted name of the module that an import names; None above the topmost package."""
    name = _dotted(node.module) if node.module is not None else ""
    level = len(node.relative)
    if not level:
        return name
    parts = file.module.module.split(".")
    keep = len(parts) - level + file.module.is_package
    if keep < 1:
        return None
    return ".".join([*parts[:keep], *([name] if name else [])])


def from_imports(file: FixedFile) -> Iterator[FromImport]:
    """Yield the ``from`` imports of a file in the order of the text."""
    for node in sorted(file.of_kind(cst.ImportFrom), key=file.span):
        path = absolute_path(node, file)
        if path is None or isinstance(node.names, cst.ImportStar):
            continue
        function = file.function_around(node)
        line = file.statement_line(node)
        block = file.parents[line] if line is not None else None
        plain = block is (function.body if function is not None else file.tree)
        yield FromImport(node, path, function, plain)


def aliases(node: cst.ImportFrom) -> tuple[cst.ImportAlias, ...]:
    """Return the names that an import brings; none for a star."""
    return () if isinstance(node.names, cst.ImportStar) else tuple(node.names)


def bound_name(alias: cst.ImportAlias) -> str:
    """Return the name that an import binds."""
    return alias.evaluated_alias or alias.evaluated_name.partition(".")[0]


def refer(file: FixedFile, paths: Iterable[str], at: cst.CSTNode, *, external: bool = False) -> Reference:
    """Return how a thing is reached at a place; the ``paths`` all lead to it, the first is preferred.

    NoFixError says why it can't be.
    """
    paths = tuple(dict.fromkeys(paths))
    known = _known(file, paths, at, external=external)
    if known is not None:
        return known
    around = functions_around(file, at)
    path = _preferred(file, paths, around)
    module, _, name = path.rpartition(".")
    if would_close_circle(file.module, module, file.project):
        if not around:
            raise NoFixError(f"importing {module} here would make the import go in a circle")
        local = _free_name(file, path, at)
        edit = _import_in_function(file, around[0], _statement(file, module, name, local))
        return Reference(local, (edit,), "the import goes into the function, or it would go in a circle")
    local = _free_name(file, path, at)
    there = anchor(file, module, around, at)
    if there is not None:
        return Reference(local, (add_alias(file, there.node, alias_text(name, local)),))
    return Reference(local, (_new_import(file, _statement(file, module, name, local), at),))


def functions_around(file: FixedFile, at: cst.CSTNode) -> tuple[cst.FunctionDef, ...]:
    found = []
    function = file.function_around(at)
    while function is not None:
        found.append(function)
        function = file.function_around(function)
    return tuple(found)


def _means(file: FixedFile, symbol: str, paths: tuple[str, ...], *, external: bool) -> bool:
    if external:
        return symbol in paths
    names = file.project.names
    target, wanted = names.resolve(symbol), names.resolve(paths[0])
    return target is not None and target == wanted


def _known(file: FixedFile, paths: tuple[str, ...], at: cst.CSTNode, *, external: bool) -> Reference | None:
    """Return the name by which the thing is already known at a place."""
    around = functions_around(file, at)
    for path in paths:
        module, _, name = path.rpartition(".")
        if (
            module == file.module.module
            and name not in file.locals_at(at)
            and _is_defined_before(file, name, at)
        ):
            return Reference(name)
    for found in from_imports(file):
        in_sight = found.function is None or found.function in around
        if not (found.is_plain and in_sight and (around or file.span(found.node) < file.span(at))):
            continue
        for alias in aliases(found.node):
            name = bound_name(alias)
            hidden = found.function is None and name in file.locals_at(at)
            if not hidden and _means(file, f"{found.path}.{alias.evaluated_name}", paths, external=external):
                return Reference(name)
    return None


def _is_defined_before(file: FixedFile, name: str, at: cst.CSTNode) -> bool:
    """Whether a name of the file's own module means something when a place is reached."""
    bindings = file.module.bindings.get(name, ())
    if len(bindings) != 1 or bindings[0].flags & (UseFlag.TYPE_CHECKING | UseFlag.IMPORT_FALLBACK):
        raise NoFixError(f"{name} has several meanings in this module")
    if not functions_around(file, at) and bindings[0].span > file.span(at):
        raise NoFixError(f"{name} is defined further down")
    return True


def _preferred(file: FixedFile, paths: tuple[str, ...], around: tuple[cst.FunctionDef, ...]) -> str:
    """Return the path that the file already imports other things over, else the first."""
    imported = {
        found.path
        for found in from_imports(file)
        if found.is_plain and (found.function is None or found.function in around)
    }
    return next((path for path in paths if path.rpartition(".")[0] in imported), paths[0])


def anchor(
    file: FixedFile, module: str, around: tuple[cst.FunctionDef, ...], at: cst.CSTNode
) -> FromImport | None:
    """Return the import that another name of the module can be added to: the innermost that is in sight."""
    found = [
        each
        for each in from_imports(file)
        if _is_same(file, each.path, module)
        and each.is_plain
        and (each.function is None or each.function in around)
        if around or file.span(each.node) < file.span(at)
    ]
    return max(found, key=lambda each: (each.function is not None, file.span(each.node)), default=None)


def _is_same(file: FixedFile, one: str, other: str) -> bool:
    modules = file.project.names.modules
    return one == other or (one in modules and modules[one] is modules.get(other))


def _free_name(file: FixedFile, path: str, at: cst.CSTNode) -> str:
    """Return a name that means nothing else at a place, nor to the module.

    It is the thing's own, or one with its module's before it.
    """
    module, _, name = path.rpartition(".")
    longer = f"{module.rpartition('.')[2].strip('_')}_{name}"
    candidates = [name, longer, *(f"{longer}_{number}" for number in range(2, 9))]
    taken = file.global_names | file.locals_at(at) | _BUILTINS
    free = next((each for each in candidates if each not in taken), None)
    if free is None:
        raise NoFixError(f"no free name was found for {name}")
    return free


def alias_text(name: str, local: str) -> str:
    return name if name == local else f"{name} as {local}"


def _statement(file: FixedFile, module: str, name: str, local: str) -> str:
    return f"from {module_text(file, module)} import {alias_text(name, local)}"


def module_text(file: FixedFile, module: str) -> str:
    """Return how a file names a module in an import: relatively where its other imports do."""
    own = file.module.module.split(".")
    target = module.split(".")
    relative = any(node.relative for node in file.of_kind(cst.ImportFrom))
    package = own if file.module.is_package else own[:-1]
    if not relative or not package or target[0] != own[0]:
        return _as_spelled(file, module)
    common = 0
    while common < min(len(package), len(target)) and package[common] == target[common]:
        common += 1
    return "." * (len(package) - common + 1) + ".".join(target[common:])


def _as_spelled(file: FixedFile, module: str) -> str:
    """Return the name of a module from the folder from which the file's other imports count."""
    modules = file.project.names.modules
    for found in from_imports(file):
        known = modules.get(found.path)
        if known is None or found.node.relative or known.module == found.path:
            continue
        longer = found.path.removesuffix(known.module) + module
        shorter = module.removeprefix(known.module.removesuffix(found.path))
        for name in (longer, shorter):
            if name in modules and modules[name] is modules.get(module):
                return name
    return module


def add_alias(file: FixedFile, node: cst.ImportFrom, text: str) -> Edit:
    """Return the edit that adds a name to an import, in the manner of the names that are there."""
    names = aliases(node)
    following = _following(names, text)
    last = names[-1]
    before = names[-2] if len(names) > 1 else None
    gap = ", "
    if before is not None and isinstance(before.comma, cst.Comma):
        space = file.tree.code_for_node(before.comma.whitespace_after)
        gap = f",{space}" if space.strip(" \t\r\n") == "" and "\n" in space else gap
    elif node.lpar is not None:
        space = file.tree.code_for_node(node.lpar.whitespace_after)
        gap = f",{space}" if space.strip(" \t\r\n") == "" and "\n" in space else gap
    if following is not None:
        start = file.span(following.name)
        margin = file.margin(start.line)
        if all(file.span(each.name).column == len(margin) for each in names):
            gap = f",{file.newline}{margin}"
        return insertion(start.line, start.column, f"{text}{gap}")
    end = file.span(last.asname or last.name)
    return insertion(end.end_line, end.end_column, f"{gap}{text}")


def _following(names: tuple[cst.ImportAlias, ...], text: str) -> cst.ImportAlias | None:
    """Return the name before which another one belongs, if the names are sorted and it isn't the last."""
    known = [each.evaluated_name for each in names]
    new = text.partition(" ")[0]
    for key in (_by_kind, str.casefold, str):
        if known == sorted(known, key=key):
            return next((each for each in names if key(each.evaluated_name) > key(new)), None)
    return None


def _by_kind(name: str) -> str:
    """Return the key by which isort and ruff sort names: constants, classes, then all others."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return f"{kind}{name}"


def _import_in_function(file: FixedFile, function: cst.FunctionDef, statement: str) -> Edit:
    body = function.body
    if not isinstance(body, cst.IndentedBlock):
        raise NoFixError("the function's body stands on its own line, and has no room for an import")
    first = body.body[1] if is_docstring(body.body[0]) and len(body.body) > 1 else body.body[0]
    line = file.above(file.start(first)[0])
    return insertion(line, 0, f"{file.margin(line)}{statement}{file.newline}")


def is_docstring(statement: cst.CSTNode) -> bool:
    """Whether a first statement is a string that stands alone."""
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return False
    expression = statement.body[0]
    return isinstance(expression, cst.Expr) and isinstance(
        expression.value, (cst.SimpleString, cst.ConcatenatedString)
    )


def _new_import(file: FixedFile, statement: str, at: cst.CSTNode) -> Edit:
    """Return the edit that adds an import on the module's level: behind the others, before what uses it."""
    position = file.span(at)
    imports: list[cst.SimpleStatementLine] = []
    after: cst.SimpleStatementLine | None = None
    for index, found in enumerate(file.tree.body):
        if file.span(found) > position:
            break
        if isinstance(found, (cst.FunctionDef, cst.ClassDef)):
            break
        if isinstance(found, cst.SimpleStatementLine) and _is_import(found):
            imports.append(found)
            after = found
        elif index == 0 and is_docstring(found):
            after = cst.ensure_type(found, cst.SimpleStatementLine)
    if after is None:
        return _import_on_top(file, statement)
    if imports and file.tree.body.index(after) - file.tree.body.index(imports[0]) == len(imports) - 1:
        room = room_for(imports, statement, file.project.duplicates.top_packages)
        if room is not None:
            return _beside(file, statement, room)
    span = file.span(after)
    apart = is_docstring(after) or file.written(after).startswith("from __future__ ")
    gap = file.newline * 2 if apart else file.newline
    return insertion(span.end_line, span.end_column + _tail(file, after), f"{gap}{statement}")


def _beside(file: FixedFile, statement: str, room: Room) -> Edit:
    """Return the edit that adds an import beside another one, with a blank line where sections have one."""
    ends = [(file.span(one).end_line, file.span(other).line) for one, other in room.borders]
    is_tight = bool(ends) and all(end + 1 == start for end, start in ends)
    gap = file.newline * (2 if room.is_apart and not is_tight else 1)
    if room.is_before:
        return insertion(file.start(room.line)[0], 0, f"{statement}{gap}")
    span = file.span(room.line)
    return insertion(span.end_line, span.end_column + _tail(file, room.line), f"{gap}{statement}")


def _tail(file: FixedFile, line: cst.SimpleStatementLine) -> int:
    """Return how many characters of a line follow its statements: a semicolon, blanks and a comment."""
    span = file.span(line)
    return len(file.lines[span.end_line - 1]) - span.end_column


def _import_on_top(file: FixedFile, statement: str) -> Edit:
    line, _ = file.start(file.tree.body[0])
    gap = file.newline * (3 if isinstance(file.tree.body[0], (cst.FunctionDef, cst.ClassDef)) else 2)
    return insertion(line, 0, f"{statement}{gap}")


def _is_import(line: cst.SimpleStatementLine) -> bool:
    return all(isinstance(each, (cst.Import, cst.ImportFrom)) for each in line.body)


def _dotted(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.Attribute):
        return f"{_dotted(node.value)}.{node.attr.value}"
    return node.value if isinstance(node, cst.Name) else ""
