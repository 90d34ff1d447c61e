"""What names and expressions of one module stand for: the symbols that the project makes sense of."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, Any, Final

from ssot_lint.summary.annotations import elements, instances
from ssot_lint.summary.facts import LOCALS, SUPER
from ssot_lint.summary.iteration import makes_each, passed_on
from ssot_lint.summary.scopes import absolute_module, enclosing_class

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ssot_lint.summary.blocks import Point
    from ssot_lint.summary.scopes import Bound, Scope

BUILTINS: Final = frozenset(dir(builtins))
MAX_ALTERNATIVES: Final = 4
"""An expression that may be more things than this is not followed."""
MAX_PARTS: Final = 64
"""A loop over a longer display is not followed: generated tables are long, and gone through often."""
MAX_DEPTH: Final = 40
"""Chains of calls and local aliases that are longer than this are not followed."""

_SEEN_THROUGH: Final = frozenset({ast.Await, ast.NamedExpr, ast.Starred})


def lookup(scope: Scope, name: str, depth: int = 0, use: ast.expr | None = None) -> tuple[str, ...]:
    """Return the symbols that ``name`` may stand for at a use here, or when the scope has run to its end.

    Empty when nothing is known of it.
    """
    settled = scope.settled.get(name)
    if settled is not None:
        return settled
    holder = scope.holder_of(name)
    if holder is not None and holder.narrowed is not None and name in holder.narrowed:
        narrowed = _narrowed(scope, holder, name, use)
        if narrowed:
            return narrowed
    in_class = holder is not None and holder.kind == "class"
    if holder is not None and in_class and holder.parent is not None and use is not None:
        is_bound = holder.reaching(name, (use.lineno, use.col_offset))
        holder = holder if is_bound else holder.parent.holder_of(name)
    if holder is None:
        found = _unbound(scope, name)
        if not in_class:
            scope.settled[name] = found
        return found
    bound = holder.bound[name]
    if len(bound) == 1 and bound[0].kind != "deleted":
        found = _known(holder, name, bound, depth)
        if found and not in_class and (holder.narrowed is None or name not in holder.narrowed):
            scope.settled[name] = found  # while a name is being worked out, nothing is known of it yet
        return found
    if use is None or scope.is_later_than(holder):
        return _known(holder, name, holder.final(name), depth)
    reaching = holder.reaching(name, (use.lineno, use.col_offset))
    if holder.kind == "function" or reaching != holder.final(name):
        if holder.kind == "module" and not reaching:
            return _unbound(scope, name)
        return _known(holder, (name, tuple(b.since for b in reaching)), reaching, depth)
    return _known(holder, name, reaching, depth)


def _narrowed(scope: Scope, holder: Scope, name: str, use: ast.expr | None) -> tuple[str, ...]:
    """Return the symbols of the instances that a check has shown a local variable to be, where it is used."""
    if use is None or scope.is_later_than(holder):
        return ()
    classes = holder.shown(name, (use.lineno, use.col_offset))
    found = annotated_classes(classes, holder) if classes is not None else ()
    return tuple(f"{c}()" for c in found)


def _unbound(scope: Scope, name: str) -> tuple[str, ...]:
    if name in BUILTINS:
        return (f"builtins.{name}",)
    module = scope.module
    return (f"{module.symbol}.{name}",) if module.has_stars else ()


def _known(
    scope: Scope, key: str | tuple[str, tuple[Point, ...]], bound: Sequence[Bound], depth: int
) -> tuple[str, ...]:
    """Return the symbols of some bindings, remembered under a key: the name alone, for the final ones."""
    known = scope.memo.get(key)
    if known is None:
        scope.memo[key] = ()  # a name that is defined by itself ends here
        if isinstance(key, str) and scope.kind in ("module", "class"):
            is_import = len(bound) == 1 and bound[0].kind == "import"
            known = (bound[0].symbol if is_import else f"{scope.symbol}.{key}",)
        else:
            known = _alternatives(scope, key if isinstance(key, str) else key[0], bound, depth)
        scope.memo[key] = known
    return known


def _alternatives(scope: Scope, name: str, bound: Sequence[Bound], depth: int) -> tuple[str, ...]:
    """Return the symbols of all the bindings; what nothing is known of is the local variable itself."""
    unknown = () if scope.kind in ("module", "class") else (f"{scope.symbol}.{LOCALS}.{name}",)
    found: list[str] = []
    for b in bound:
        if len(bound) > 1 and isinstance(b.node, ast.Constant) and b.node.value is None:
            continue
        for symbol in symbols_of_bound(b, depth) or unknown:
            if symbol not in found:
                found.append(symbol)
    return tuple(found) if len(found) <= MAX_ALTERNATIVES else unknown


def symbols_of_bound(bound: Bound, depth: int = 0) -> tuple[str, ...]:
    """Return the symbols of one binding; a ``None`` gives none, what isn't known gives none either."""
    if bound.kind in ("import", "definition", "self", "cls"):
        return (bound.symbol,)
    if bound.kind == "value" and isinstance(bound.node, ast.expr):
        found = describe(bound.node, bound.scope, depth + 1)
        if bound.annotation is None:
            return found
        return _merge(found, tuple(f"{c}()" for c in annotated_classes(bound.annotation, bound.scope)))
    if bound.kind in ("parameter", "annotation") and isinstance(bound.node, ast.expr):
        return tuple(f"{c}()" for c in annotated_classes(bound.node, bound.scope))
    if bound.kind == "item":
        return items_of(bound.collection, bound.scope, depth + 1)
    return ()


def describe(node: ast.expr, scope: Scope, depth: int = 0) -> tuple[str, ...]:
    """Return the symbols that an expression may refer to; empty when it is none of the project's business."""
    if depth > MAX_DEPTH:
        return ()
    kind = type(node)  # exact types, for speed: few functions are called as often as this one
    here: Any = node
    if kind is ast.Name:
        return lookup(scope, here.id, depth, node)
    if depth:
        return _describe(here, kind, scope, depth)
    found = scope.described.get(node)
    if found is None:
        found = scope.described[node] = _describe(here, kind, scope, depth)
    return found


def _describe(here: Any, kind: type[ast.expr], scope: Scope, depth: int) -> tuple[str, ...]:
    if kind is ast.Attribute:
        bases = describe(here.value, scope, depth + 1)
        return tuple([f"{base}.{here.attr}" for base in bases]) if bases else ()
    if kind is ast.Call:
        return _describe_call(here, scope, depth + 1)
    if kind is ast.Subscript:
        return _describe_item(here, scope, depth + 1)
    if kind in _SEEN_THROUGH:
        return describe(here.value, scope, depth + 1)
    if kind is ast.IfExp:
        return _merge(describe(here.body, scope, depth + 1), describe(here.orelse, scope, depth + 1))
    if kind is ast.BoolOp:
        return _merge(*(describe(value, scope, depth + 1) for value in here.values))
    return ()


def _describe_item(node: ast.Subscript, scope: Scope, depth: int) -> tuple[str, ...]:
    """Return the symbols of an item, which under a name may be a variable, an attribute or a module."""
    name = _constant(node.slice) or ""
    owners = namespace(node.value, scope, depth) if name.isidentifier() else ()
    if owners:
        return tuple(f"{owner}.{name}" for owner in owners)
    bases = describe(node.value, scope, depth)
    if bases == ("sys.modules",) and all(part.isidentifier() for part in name.split(".")):
        return (name,)
    if not isinstance(node.ctx, ast.Load):
        return tuple(f"{base}[]" for base in bases)
    if isinstance(node.value, ast.Name) and not isinstance(node.slice, ast.Slice):
        annotated = _annotated_items(node.value, scope, depth)
        if annotated:
            return annotated
    return _merge(tuple(f"{base}[]" for base in bases), *_chosen(node.value, node.slice, scope, depth))


def _annotated_items(collection: ast.Name, scope: Scope, depth: int) -> tuple[str, ...]:
    """Return the symbols of an item of a local variable whose annotation says what it holds."""
    holder = scope.holder_of(collection.id)
    if holder is None or holder.kind != "function" or len(holder.bound[collection.id]) != 1:
        return ()
    only = holder.bound[collection.id][0]
    is_annotated = only.kind in ("parameter", "annotation") or only.annotation is not None
    return items_of(collection, scope, depth, by_key=True) if is_annotated else ()


def namespace(mapping: ast.expr, scope: Scope, depth: int = 0) -> tuple[str, ...]:
    """Return whose names a mapping holds: ``globals()``, ``x.__dict__`` and ``vars(x)`` are such."""
    if isinstance(mapping, ast.Attribute):
        return describe(mapping.value, scope, depth) if mapping.attr == "__dict__" else ()
    if isinstance(mapping, ast.Call) and isinstance(mapping.func, ast.Name):
        if mapping.func.id == "globals":
            return (scope.module.symbol,)
        if mapping.func.id == "vars" and mapping.args:
            return describe(mapping.args[0], scope, depth)
    return ()


def _chosen(display: ast.AST | None, item: ast.expr, scope: Scope, depth: int) -> Iterator[tuple[str, ...]]:
    """Yield the symbols of the names in a display that an item of it may be."""
    if isinstance(display, ast.Name):
        holder = scope.holder_of(display.id)
        bound = holder.bound[display.id] if holder is not None else []
        if len(bound) == 1 and bound[0].kind == "value":
            display, scope = bound[0].node, bound[0].scope
    if not isinstance(display, (ast.Dict, ast.Tuple, ast.List)):
        return
    rows = display.values if isinstance(display, ast.Dict) else display.elts
    keys = display.keys if isinstance(display, ast.Dict) else [ast.Constant(i) for i in range(len(rows))]
    wanted = item.value if isinstance(item, ast.Constant) else None
    for key, value in zip(keys, rows, strict=True):
        is_other = wanted is not None and isinstance(key, ast.Constant) and key.value != wanted
        if isinstance(value, (ast.Name, ast.Attribute)) and not is_other:
            yield describe(value, scope, depth)


def _merge(*groups: tuple[str, ...]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(symbol for group in groups for symbol in group))
    return found if len(found) <= MAX_ALTERNATIVES else ()


def _describe_call(node: ast.Call, scope: Scope, depth: int) -> tuple[str, ...]:
    """Symbols of a call's result; calls that only name something (``getattr``, ``type``) are seen through."""
    if is_lookup(node):
        chosen = _merge(*_looked_up(node, scope, depth))
        if chosen:
            return chosen
    functions = describe(node.func, scope, depth)
    if not functions:
        return ()
    found: list[str] = []
    for function in functions:
        found.extend(_describe_result(function, node, scope, depth))
    return tuple(dict.fromkeys(found)) if len(found) <= MAX_ALTERNATIVES else ()


def is_lookup(node: ast.Call) -> bool:
    """Whether a call is ``mapping.get(key)``, maybe with a default."""
    return isinstance(node.func, ast.Attribute) and node.func.attr == "get" and 1 <= len(node.args) <= 2


def _looked_up(node: ast.Call, scope: Scope, depth: int) -> Iterator[tuple[str, ...]]:
    """Yield the symbols of the names that ``{...}.get(key, default)`` may give; none for other mappings."""
    chosen = list(_chosen(getattr(node.func, "value", None), node.args[0], scope, depth))
    yield from chosen
    if chosen and len(node.args) > 1:
        yield describe(node.args[1], scope, depth)


def _describe_result(function: str, node: ast.Call, scope: Scope, depth: int) -> tuple[str, ...]:
    arguments = node.args
    if function == "builtins.type" and len(arguments) == 1:
        return tuple(f"{symbol}.__class__" for symbol in describe(arguments[0], scope, depth))
    if function == "builtins.getattr" and len(arguments) >= 2:
        name = _constant(arguments[1])
        if name is not None and name.isidentifier():
            return tuple(f"{symbol}.{name}" for symbol in describe(arguments[0], scope, depth))
    if function == "builtins.super":
        owner = enclosing_class(scope)
        return (f"{owner}.{SUPER}",) if owner else ()
    if function in ("importlib.import_module", "builtins.__import__") and arguments:
        name = _imported_module(node, scope)
        is_top = function == "builtins.__import__" and not _has_from_list(node)
        return (name.partition(".")[0] if is_top else name,) if name else ()
    if function in ("typing.cast", "typing_extensions.cast") and len(arguments) == 2:
        return tuple(f"{c}()" for c in annotated_classes(arguments[0], scope))
    if function.endswith(".__new__") and arguments:
        return tuple(f"{c}()" for c in describe(arguments[0], scope, depth))
    return (f"{function}()",)


def _imported_module(node: ast.Call, scope: Scope) -> str:
    """Return the absolute name of what ``import_module`` imports; empty when the text doesn't tell."""
    name = _constant(node.args[0]) or ""
    if name.startswith("."):
        anchor = node.args[1] if len(node.args) > 1 else next((k.value for k in node.keywords), None)
        package = _constant(anchor) if anchor is not None else None
        if isinstance(anchor, ast.Name) and anchor.id in ("__package__", "__name__"):
            package = scope.module.package
        level = len(name) - len(name.lstrip("."))
        name = absolute_module(package, name[level:], level) or "" if package else ""
    return name if all(part.isidentifier() for part in name.split(".")) else ""


def _has_from_list(node: ast.Call) -> bool:
    """Whether a call of ``__import__`` says what is to be imported from the module, and so returns it."""
    given = [k.value for k in node.keywords if k.arg == "fromlist"] or node.args[3:4]
    return bool(given and getattr(given[0], "elts", ()))


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def annotated_classes(node: ast.expr, scope: Scope) -> tuple[str, ...]:
    """Return the classes that an annotation says a value is an instance of; not of what it contains."""
    return _merge(*(_classes_named(name, scope) for name in instances(node)))


def _classes_named(node: ast.Name | ast.Attribute, scope: Scope) -> tuple[str, ...]:
    if (node.attr if isinstance(node, ast.Attribute) else node.id) != "Self":
        return describe(node, scope, 1)
    owner = enclosing_class(scope)
    return (owner,) if owner is not None else ()


def items_of(node: ast.AST | None, scope: Scope, depth: int, *, by_key: bool = False) -> tuple[str, ...]:
    """Return the symbols that an item of a collection may stand for: what a loop takes from it, one by one.

    With ``by_key`` it is what stands under a key or at a position, the values of a mapping; else a loop
    over a mapping takes its keys. Displays tell it, and annotations.
    """
    if depth > MAX_DEPTH:
        return ()
    if isinstance(node, ast.Name):
        return _items_of_name(node.id, scope, depth + 1, by_key=by_key)
    parts: list[ast.expr] = []
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        parts = node.elts
    elif isinstance(node, ast.Dict):
        parts = node.values if by_key else [key for key in node.keys if key is not None]
    elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
        parts = [node.elt] if makes_each(node) else []
    elif isinstance(node, ast.Call):
        same, is_mapping = passed_on(node)
        return items_of(same, scope, depth + 1, by_key=is_mapping or by_key) if same is not None else ()
    elif isinstance(node, (ast.Subscript, ast.Await, ast.NamedExpr)):
        is_same = not isinstance(node, ast.Subscript) or isinstance(node.slice, ast.Slice)
        return items_of(node.value, scope, depth + 1, by_key=by_key) if is_same else ()
    if len(parts) > MAX_PARTS:
        return ()
    return _merge(
        *(
            items_of(part.value, scope, depth + 1)
            if isinstance(part, ast.Starred)
            else describe(part, scope, depth + 1)
            for part in parts
        )
    )


def _items_of_name(name: str, scope: Scope, depth: int, *, by_key: bool) -> tuple[str, ...]:
    holder = scope.holder_of(name)
    bound = holder.bound[name] if holder is not None else ()
    if len(bound) != 1:
        return ()
    only = bound[0]
    annotation = only.node if only.kind in ("parameter", "annotation") else only.annotation
    if isinstance(annotation, ast.expr):
        classes = _merge(*(_classes_named(n, only.scope) for n in elements(annotation, by_key=by_key)))
        if classes:
            return tuple(f"{c}()" for c in classes)
    return items_of(only.node, only.scope, depth, by_key=by_key) if only.kind == "value" else ()
