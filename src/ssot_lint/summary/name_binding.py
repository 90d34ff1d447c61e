"""The part of the walk that goes through imports, assignments and deletions: the names that they bind."""

from __future__ import annotations

import ast

from ssot_lint.summary.blocks import BEGIN, Point, end_of
from ssot_lint.summary.expressions import COPYING, ExpressionWalker
from ssot_lint.summary.facts import UseFlag, UseKind
from ssot_lint.summary.iteration import loop_variables
from ssot_lint.summary.records import (
    ImportBinding,
    ImportUse,
    InstanceTarget,
    Store,
    Target,
)
from ssot_lint.summary.registrations import ItemTarget, is_provided
from ssot_lint.summary.scopes import Scope, absolute_module


class NameWalker(ExpressionWalker):
    """Walks simple statements; definitions and compound statements are for the class that builds on it."""

    def __init__(self, top: Scope) -> None:
        super().__init__(top)
        self.imports: list[ImportUse] = []
        self.import_bindings: list[ImportBinding] = []
        self.star_imports: list[str] = []
        self.dotted_imports: list[str] = []
        self.targets: list[Target] = []
        self.instance_targets: list[InstanceTarget] = []
        self.item_targets: list[ItemTarget] = []

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            top = alias.name.partition(".")[0]
            self._bind_import(alias.asname or top, alias.name if alias.asname else top, alias, node)
            if top != alias.name and self._scope is self.top and not self._flags & UseFlag.TYPE_CHECKING:
                self.dotted_imports.append(alias.name)

    def _import_from(self, node: ast.ImportFrom) -> None:
        module = absolute_module(self.top.package, node.module or "", node.level)
        for alias in node.names:
            if alias.name == "*":
                if module is not None and self._scope is self.top:
                    self.star_imports.append(module)
                    self.top.has_stars = True
            elif module is None:
                self._scope.bind(alias.asname or alias.name, "opaque", since=end_of(node), site=alias)
            else:
                symbol = f"{module}.{alias.name}"
                if alias.asname and alias.name in COPYING:
                    self._copying.add(alias.asname)
                self._bind_import(alias.asname or alias.name, symbol, alias, node)
                self.imports.append(ImportUse(symbol, alias, self._flags, self._scope))

    def _bind_import(self, name: str, symbol: str, alias: ast.alias, node: ast.stmt) -> None:
        self._scope.bind(name, "import", alias, symbol, since=end_of(node), site=alias)
        home = self._scope.home_of(name)
        if home.kind in ("module", "class"):
            self.import_bindings.append(ImportBinding(home, name, symbol, alias, self._flags))

    def _assign(self, node: ast.Assign) -> None:
        value = node.value
        aliased = type(value) in (ast.Name, ast.Attribute) and all(
            isinstance(t, ast.Name) for t in node.targets
        )
        self._expression(value, UseKind.ALIAS if aliased else UseKind.REFERENCE)
        since = end_of(node)
        for target in node.targets:
            self._target(target, value, since)
            if aliased and self._scope.kind == "class" and isinstance(target, ast.Name):
                self._named_classes.add(target.id)

    def _annotated(self, node: ast.AnnAssign) -> None:
        self._expression(node.annotation, UseKind.ANNOTATION)
        if node.value is not None:
            self._expression(node.value)
        if not isinstance(node.target, ast.Name):
            self._target(node.target, node.value, end_of(node), node.annotation)
            return
        name = node.target.id
        if node.value is not None:
            self._scope.bind(
                name, "value", node.value, since=end_of(node), site=node.target, annotation=node.annotation
            )
        elif self._scope.kind == "function":
            self._scope.bind(name, "annotation", node.annotation)
        self._note_target(name, node.target, node.value, node.annotation)

    def _augmented(self, node: ast.AugAssign) -> None:
        self._expression(node.value)
        if isinstance(node.target, ast.Name):
            self._scope.bind(node.target.id, "opaque", since=end_of(node), site=node.target)
        else:
            self._expression(node.target, UseKind.STORE)

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self._scope.bind(target.id, "deleted", since=end_of(node), site=target)
            else:
                self._expression(target, UseKind.DELETE)

    def _type_alias(self, node: ast.AST) -> None:
        name, value = node.name, node.value  # type: ignore[attr-defined]  # ast.TypeAlias came with Python 3.12
        outer = self._scope
        self._scope = self._with_type_parameters(node)
        self._expression(value, UseKind.ANNOTATION)
        self._scope = outer
        self._target(name, value, BEGIN)

    def _target(
        self, target: ast.expr, value: ast.expr | None, since: Point, annotation: ast.expr | None = None
    ) -> None:
        """Bind the names of an assignment's target; ``value`` is None when it can't be told what they get."""
        if isinstance(target, ast.Name):
            self._scope.bind(
                target.id, "opaque" if value is None else "value", value, since=since, site=target
            )
            self._note_target(target.id, target, value, None)
        elif isinstance(target, (ast.Tuple, ast.List)):
            parts: list[ast.expr | None] = [None] * len(target.elts)
            if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
                parts = list(value.elts)
            for element, part in zip(target.elts, parts, strict=True):
                self._target(element, part, since)
        elif isinstance(target, ast.Starred):
            self._target(target.value, None, since)
        else:
            if isinstance(target, ast.Attribute) and self._is_receiver(target.value):
                self.instance_targets.append(InstanceTarget(self._scope, target.attr, value, annotation))
            if value is not None and self._scope.kind == "function":
                self.stores.append(Store(self._scope, target, value))
            if isinstance(target, ast.Subscript) and isinstance(value, ast.Call) and is_provided(value):
                self.item_targets.append(ItemTarget(target, value, self._scope))
            self._expression(target, UseKind.STORE)

    def _items(self, target: ast.expr, iterable: ast.expr, since: Point) -> None:
        """Bind what a loop takes from what it goes through."""
        for variable, collection in loop_variables(target, iterable):
            if isinstance(variable, ast.Name) and collection is not None and self._scope.kind == "function":
                self._scope.bind(variable.id, "item", since=since, site=variable, collection=collection)
                self._note_target(variable.id, variable, None, None)
            else:
                self._target(variable, None, since)

    def _is_receiver(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id == self._scope.receiver

    def _note_target(
        self, name: str, node: ast.expr, value: ast.expr | None, annotation: ast.expr | None
    ) -> None:
        home = self._scope.home_of(name)
        if home.kind in ("module", "class"):
            self.targets.append(Target(home, name, node, value, annotation, self._flags, self._scope))
            if value is not None and self._scope.kind == "function":
                self.stores.append(Store(self._scope, node, value))

    def _with_type_parameters(self, node: ast.AST) -> Scope:
        """Return the scope that a signature is read in: one of its own, if there are type parameters."""
        outer = self._scope
        parameters = getattr(node, "type_params", ())
        if not parameters:
            return outer
        scope = Scope("comprehension", outer, outer.qualname, outer.symbol, outer.index)
        for parameter in parameters:
            scope.bind(parameter.name, "opaque")
        return scope
