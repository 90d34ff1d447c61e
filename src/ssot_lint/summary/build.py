"""Builds the summary of a module: parses, walks, and asks of everything collected what it means."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import msgspec

from ssot_lint.model import SourceFile, Span
from ssot_lint.summary.attributes import collect_attributes
from ssot_lint.summary.bindings import read_bindings, read_exports
from ssot_lint.summary.class_stores import read_class_stores
from ssot_lint.summary.copies import read_copies
from ssot_lint.summary.creation import read_creation
from ssot_lint.summary.factories import FunctionReader
from ssot_lint.summary.facts import (
    LOCALS,
    ClassAttribute,
    ClassFacts,
    Decorator,
    FunctionFacts,
    Guard,
    Marker,
    ModuleSummary,
    Parameter,
    UseFlag,
    UseKind,
    pack_use,
)
from ssot_lint.summary.fail_open import read_fail_open
from ssot_lint.summary.giving import given_to_products
from ssot_lint.summary.guard_calls import WordLines
from ssot_lint.summary.guards import read_guards
from ssot_lint.summary.handing import UNSTEADY_WORDS, read_handing
from ssot_lint.summary.kept_values import read_kept_values
from ssot_lint.summary.markers import read_markers
from ssot_lint.summary.own_calls import read_own_calls
from ssot_lint.summary.parsing import parse
from ssot_lint.summary.positions import Positions
from ssot_lint.summary.records import ClassRecord, FunctionRecord, ImportBinding, RawUse, Target, method_kind
from ssot_lint.summary.registrations import read_registrations, wrapped_symbols
from ssot_lint.summary.symbols import annotated_classes, describe
from ssot_lint.summary.values import kind_of_value, made_when_missing, text_of
from ssot_lint.summary.walker import ModuleWalker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssot_lint.summary.key_facts import Handing
    from ssot_lint.summary.scopes import Scope

_START: Final = Span(1, 0, 1, 0)
_TOO_DEEP: Final = "the code is nested too deeply to be read"
_MAX_DETAILS: Final = 65_000
_INSIDE: Final = f".{LOCALS}."
_NAME_END: Final = re.compile(r"[.(\[]")


def summarize(source: SourceFile) -> ModuleSummary:
    """Return all facts of one file; of one that isn't valid Python nothing but its ``error``."""
    if source.problem is not None:
        return _empty(source, (source.problem, _START))
    try:
        tree = parse(source.text)
    except SyntaxError as error:
        line, column = max(error.lineno or 1, 1), max((error.offset or 1) - 1, 0)
        return _empty(source, (error.msg, Span(line, column, line, column)))
    except ValueError as error:
        return _empty(source, (str(error), _START))
    except (RecursionError, MemoryError):
        return _empty(source, (_TOO_DEEP, _START))
    walker = ModuleWalker(source.module, is_package=source.is_package)
    try:
        walker.walk(tree)
        return _Builder(source, tree, walker).build()
    except RecursionError:
        return _empty(source, (_TOO_DEEP, _START))
    finally:
        walker.top.dissolve()


def _empty(source: SourceFile, error: tuple[str, Span] | None) -> ModuleSummary:
    return ModuleSummary(
        path=source.path,
        project_path=source.project_path,
        module=source.module,
        aliases=source.aliases,
        is_package=source.is_package,
        is_stub=source.is_stub,
        is_test=source.is_test,
        is_target=source.is_target,
        error=error,
        names_codes="SST" in source.text,
    )


class _Builder:
    def __init__(self, source: SourceFile, tree: ast.Module, walker: ModuleWalker) -> None:
        self.source = source
        self.positions = Positions(source.text)
        self.walker = walker
        self.tree = tree
        self.details: dict[str, int] = {"": 0}
        self.handings: list[Handing] = []
        self.has_value: dict[tuple[int, str], bool] = {}
        """Whether a local name, by its scope, is bound to the value of an expression."""
        self.unsteady_lines = WordLines(source.text, UNSTEADY_WORDS)
        self.definitions = {
            *(record.scope.symbol for record in self.walker.functions),
            *(record.scope.symbol for record in self.walker.classes),
        }
        self.has_inner = any(_INSIDE in symbol for symbol in self.definitions)

    def build(self) -> ModuleSummary:
        walker = self.walker
        functions = tuple(self._function(record) for record in walker.functions)
        attributes, given = collect_attributes(self.tree, walker, self.positions, self.source.text)
        return msgspec.structs.replace(
            _empty(self.source, None),
            bindings=read_bindings(walker, self.positions),
            star_imports=tuple(dict.fromkeys(walker.star_imports)),
            dotted_imports=tuple(dict.fromkeys(walker.dotted_imports)),
            exports=read_exports(self.tree, walker.top),
            scopes=tuple(walker.scopes),
            classes=self._classes(),
            functions=functions,
            missing_items=self._missing_items(),
            packed_uses=self._uses(),
            details=tuple(self.details),
            copies=tuple(read_copies(walker.copying_calls, self.positions)),
            registrations=tuple(
                read_registrations(
                    walker.targets, walker.item_targets, walker.registering_calls, self.positions
                )
            ),
            handings=tuple(self.handings),
            attribute_facts=attributes,
            given=given,
            class_stores=tuple(read_class_stores(walker.functions, self.positions, self.source.text)),
            fail_open=read_fail_open(self.tree, self.source.text, walker.functions, self.positions),
            kept_values=tuple(read_kept_values(walker, self.positions)),
            creation=read_creation(walker, functions, self.source.text, self.positions),
        )

    def _missing_items(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for target in self.walker.targets:
            if target.value is not None and (made := made_when_missing(target.value, target.reader)):
                found[f"{target.scope.symbol}.{target.name}"] = made
        for scope, name, value, _ in self.walker.instance_targets:
            if value is not None and (made := made_when_missing(value, scope)):
                found[f"{scope.class_symbol}.{name}"] = made
        return found

    # -- classes

    def _classes(self) -> tuple[ClassFacts, ...]:
        attributes: dict[str, list[ClassAttribute]] = defaultdict(list)
        for target in self.walker.targets:
            if target.scope.kind == "class" and target.scope.is_final(target.name, target.node):
                attributes[target.scope.symbol].append(self._attribute(target))
        for imported in self.walker.import_bindings:
            if imported.scope.kind == "class" and imported.scope.is_final(imported.name, imported.node):
                attributes[imported.scope.symbol].append(self._imported_attribute(imported))
        held: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
        for scope, name, value, annotation in self.walker.instance_targets:
            symbols = describe(value, scope) if value is not None else ()
            if annotation is not None:
                symbols += tuple(f"{c}()" for c in annotated_classes(annotation, scope))
            known = (s for s in symbols if self._is_kept(s))
            held[scope.class_symbol or ""][name].update(dict.fromkeys(known))
        methods: dict[str, list[str]] = defaultdict(list)
        for record in self.walker.functions:
            if record.owner is not None:
                methods[record.owner.scope.symbol].append(record.node.name)
        markers = read_markers(self.source.text)
        calls = read_own_calls(self.walker)
        return tuple(
            self._class(record, methods, attributes, held, calls, markers) for record in self.walker.classes
        )

    def _class(
        self,
        record: ClassRecord,
        methods: dict[str, list[str]],
        attributes: dict[str, list[ClassAttribute]],
        held: dict[str, dict[str, dict[str, None]]],
        own_calls: Mapping[str, tuple[tuple[str, int], ...]],
        markers: dict[int, Marker],
    ) -> ClassFacts:
        node, scope = record.node, record.scope
        outer = scope.parent or scope
        bases = tuple(s for base in node.bases for s in describe(_unsubscripted(base), outer)[:1])
        meta = next((k.value for k in node.keywords if k.arg == "metaclass"), None)
        return ClassFacts(
            qualname=scope.qualname,
            name=node.name,
            scope=scope.index,
            bases=bases,
            metaclass=next(iter(describe(meta, outer)), "") if meta is not None else "",
            decorators=self._decorators(node, outer),
            methods=tuple(dict.fromkeys(methods[scope.symbol])),
            attributes=tuple(attributes[scope.symbol]),
            instance_attributes=tuple((name, tuple(s)) for name, s in held[scope.symbol].items()),
            own_calls=own_calls.get(scope.symbol, ()),
            marker=markers.get(node.lineno),
            is_local=LOCALS in scope.qualname,
            span=self.positions.name_span(node),
            end_line=node.end_lineno or node.lineno,
            flags=record.flags,
        )

    def _attribute(self, target: Target) -> ClassAttribute:
        return ClassAttribute(
            name=target.name,
            value=kind_of_value(target.value) or ("expression" if target.annotation is None else ""),
            symbols=(
                *(describe(target.value, target.reader) if target.value is not None else ()),
                *wrapped_symbols(target.value, target.reader),
            ),
            annotation=text_of(target.annotation) if target.annotation is not None else "",
            classes=annotated_classes(target.annotation, target.reader)
            if target.annotation is not None
            else (),
            span=self.positions.span(target.node),
        )

    def _imported_attribute(self, imported: ImportBinding) -> ClassAttribute:
        return ClassAttribute(
            name=imported.name,
            value="expression",
            symbols=(imported.symbol,),
            annotation="",
            span=self.positions.span(imported.node),
        )

    # -- functions

    def _function(self, record: FunctionRecord) -> FunctionFacts:
        node, scope = record.node, record.scope
        outer = scope.parent or scope
        reader = FunctionReader(record, self.positions)
        reader.read()
        handing = read_handing(record, reader, self.positions, self.unsteady_lines)
        if handing is not None:
            self.handings.append(handing)
        is_constructor = record.owner is not None and node.name in ("__init__", "__new__", "__post_init__")
        guards: tuple[Guard, ...] = read_guards(record, self.positions) if is_constructor else ()
        return FunctionFacts(
            qualname=scope.qualname,
            name=node.name,
            scope=scope.index,
            class_qualname=record.owner.scope.qualname if record.owner is not None else None,
            kind=method_kind(node) if record.owner is not None else "function",
            is_async=isinstance(node, ast.AsyncFunctionDef),
            decorators=self._decorators(node, outer),
            parameters=_parameters(node.args, outer),
            annotation=annotated_classes(node.returns, outer) if node.returns is not None else (),
            returns=tuple(reader.returns),
            returned_items=tuple(reader.returned_items),
            makes=tuple(reader.makes),
            made_around=reader.made_around,
            only_wraps=reader.only_wraps,
            fills=tuple(reader.fills),
            guards=guards,
            is_generator=reader.is_generator,
            span=self.positions.name_span(node),
            flags=record.flags,
            given=given_to_products(reader, node),
        )

    def _decorators(
        self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, outer: Scope
    ) -> tuple[Decorator, ...]:
        found = []
        for decorator in node.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            for symbol in describe(call.func if call else decorator, outer)[:1]:
                arguments = [(str(i), text_of(a)) for i, a in enumerate(call.args)] if call else []
                arguments += [(k.arg or "**", text_of(k.value)) for k in call.keywords] if call else []
                span = self.positions.span(decorator)
                found.append(Decorator(symbol, call is not None, tuple(arguments), span))
        return tuple(found)

    # -- uses

    def _uses(self) -> dict[str, bytes]:
        found: dict[str, list[bytes]] = defaultdict(list)
        bounds_of, is_kept = self.positions.bounds, self._is_kept
        for use in self.walker.uses:
            node, kind, flags, scope, _ = use
            symbols = [s for s in describe(node, scope) if is_kept(s)]
            if type(node) is ast.Call:  # its result is no name, unless it only names something
                symbols = [s for s in symbols if not s.endswith("()")]
            if symbols:
                bounds, detail = bounds_of(node), self._detail(use)
                for symbol in symbols:
                    marked = flags | UseFlag.DETOUR if self._is_detour(use, symbol) else flags
                    found[symbol].append(pack_use(bounds, kind, marked, scope.index, detail))
        for imported in self.walker.imports:
            bounds, index = bounds_of(imported.node), imported.scope.index
            found[imported.symbol].append(pack_use(bounds, UseKind.IMPORT, imported.flags, index, 0))
        for named in self.walker.path_uses:
            bounds, index = bounds_of(named.node), named.scope.index
            found[named.symbol].append(pack_use(bounds, named.kind, named.flags, index, 0))
        return {symbol: b"".join(uses) for symbol, uses in found.items()}

    def _is_kept(self, symbol: str) -> bool:
        """Whether a symbol can mean anything outside its function."""
        if _INSIDE not in symbol:
            return symbol[:9] != "builtins."
        if not self.has_inner:
            return False
        head, _, tail = symbol.rpartition(_INSIDE)
        name = _NAME_END.split(tail, maxsplit=1)[0]
        return f"{head}{_INSIDE}{name}" in self.definitions

    def _is_detour(self, use: RawUse, symbol: str) -> bool:
        """Whether what is called isn't written as a plain dotted name of a module, class or function."""
        node = use.node
        while isinstance(node, ast.Attribute):
            if node.attr == "__class__":
                return True
            node = node.value
        if not isinstance(node, ast.Name):
            return not (isinstance(node, ast.Subscript) and symbol.endswith("[]"))
        if use.kind is not UseKind.CALL:
            return False
        holder = use.scope.holder_of(node.id)
        if holder is None or holder.kind not in ("function", "comprehension"):
            return False
        known = self.has_value.get((id(holder), node.id))
        if known is None:
            known = any(bound.kind in ("value", "item") for bound in holder.bound[node.id])
            self.has_value[id(holder), node.id] = known
        return known

    def _detail(self, use: RawUse) -> int:
        """Return the index of the text that says which argument of what the use is."""
        if use.argument is None:
            return 0
        call, place = use.argument
        callee = next(iter(describe(call.func, use.scope)), None)
        if callee is None:  # a method of something unknown still has a name
            callee = f"?.{call.func.attr}" if isinstance(call.func, ast.Attribute) else "?"
        text = f"{callee}#{place}"
        if text not in self.details and len(self.details) >= _MAX_DETAILS:
            return 0
        return self.details.setdefault(text, len(self.details))


def _unsubscripted(node: ast.expr) -> ast.expr:
    """Return ``Base`` of ``Base[T]``."""
    return node.value if isinstance(node, ast.Subscript) else node


def _parameters(arguments: ast.arguments, scope: Scope) -> tuple[Parameter, ...]:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults)) + list(
        arguments.defaults
    )
    rows: list[tuple[ast.arg, str, ast.expr | None]] = [
        (a, "positional", d) for a, d in zip(positional, defaults, strict=True)
    ]
    if arguments.vararg:
        rows.append((arguments.vararg, "*", None))
    rows += [(a, "keyword", d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
    if arguments.kwarg:
        rows.append((arguments.kwarg, "**", None))
    return tuple(
        Parameter(
            a.arg,
            kind,
            annotated_classes(a.annotation, scope) if a.annotation is not None else (),
            text_of(default) if default is not None else "",
            is_positional_only=a in arguments.posonlyargs,
        )
        for a, kind, default in rows
    )
