"""The map of managed classes: which they are, why they are held to be, who goes through their factories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ssot_lint.reporters.ansi import BOLD, LABEL, paint
from ssot_lint.reporters.json_array import evidence_as_json
from ssot_lint.reporters.map_lanes import scope_in_words
from ssot_lint.reporters.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ssot_lint.model import Location
    from ssot_lint.project import ManagedClass
    from ssot_lint.project.traffic import Passage
    from ssot_lint.reporters.json_array import Json

_WIDTH: Final = len("kept in")


def render_text(classes: Sequence[ManagedClass], *, color: bool = False) -> Iterator[str]:
    """Yield a block for each class: its confidence, the reasons, the factories and their places, the uses."""
    for managed in classes:
        name = paint(one_line(managed.qualname), BOLD, on=color)
        where = f" ({_place(managed.location)})" if managed.location else ""
        yield f"{name}{where}: {managed.confidence.label} confidence, {scope_in_words(managed.scope)}\n"
        for label, line in _lines(managed):
            yield f"  {paint(f'{label:<{_WIDTH}}', LABEL, on=color)}  {one_line(line)}\n"
        yield "\n"
    noun = "managed class" if len(classes) == 1 else "managed classes"
    yield f"{len(classes) or 'No'} {noun}.\n"


def render_json(classes: Sequence[ManagedClass], traffic: Mapping[str, Sequence[Passage]]) -> Iterator[str]:
    """Yield a JSON array with an object for each class; its names are qualified ones."""
    import json

    values = [_as_json(managed, traffic.get(managed.qualname, ())) for managed in classes]
    yield json.dumps(values, indent=2) + "\n"


def _lines(managed: ManagedClass) -> Iterator[tuple[str, str]]:
    for evidence in managed.evidence:
        yield "why", f"{evidence.kind}: {evidence.text or 'declared'} ({_place(evidence.location)})"
    if managed.is_own_factory:
        yield "factory", "calling the class itself"
    for factory in managed.factories:
        kind = "async " if factory.is_async else ""
        where = f" ({_place(factory.location)})" if factory.location else ""
        yield "factory", f"{kind}{factory.symbol}{where}"
    for place in (*managed.slots, *managed.registries):
        yield "kept in", place
    yield (
        "uses",
        f"{managed.factory_uses} of the factory, {managed.direct_constructions} direct (z {managed.z:+.2f})",
    )


def _as_json(managed: ManagedClass, passages: Sequence[Passage]) -> dict[str, Json]:
    where = managed.location
    return {
        "class": managed.qualname,
        "confidence": managed.confidence.label,
        "scope": managed.scope.value,
        "canonical": managed.canonical,
        "location": _position(where) if where else None,
        "evidence": [evidence_as_json(evidence) for evidence in managed.evidence],
        "factories": [factory.symbol for factory in managed.factories],
        "slot": next(iter(managed.slots), None),
        "slots": list(managed.slots),
        "registry": next(iter(managed.registries), None),
        "registries": list(managed.registries),
        "factory_uses": managed.factory_uses,
        "direct_constructions": managed.direct_constructions,
        "z": round(managed.z, 4),
        "uses": [
            {
                "kind": passage.road.value,
                "by": passage.by,
                "scope": passage.scope,
                **_position(passage.location),
            }
            for passage in passages
        ],
    }


def _position(location: Location) -> dict[str, Json]:
    return {"filename": location.path, "row": location.span.line, "column": location.span.column + 1}


def _place(location: Location) -> str:
    return f"{location.path}:{location.span.line}"
