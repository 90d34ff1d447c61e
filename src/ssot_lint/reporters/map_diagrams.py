"""The map of managed classes for programs that draw: Mermaid and Graphviz."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

from ssot_lint.project.traffic import Road
from ssot_lint.reporters.map_lanes import gates_of, lanes_to, near_name, places_of, scope_in_words
from ssot_lint.reporters.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ssot_lint.project import ManagedClass
    from ssot_lint.project.traffic import Passage
    from ssot_lint.reporters.map_lanes import Lane

EMPTY: Final = "No managed class"
_AROUND: Final = "#c2410c"
_ALLOWED: Final = "#a16207"
_THROUGH: Final = "#0f766e"
_COLORS: Final = {Road.FACTORY: _THROUGH, Road.DIRECT: _AROUND, Road.ALLOWED: _ALLOWED}
_MERMAID_LINKS: Final = 500
_MERMAID_CHARACTERS: Final = 50_000
_LINK: Final = re.compile(r"^  \w+ [-=]", re.MULTILINE)
_UNSAFE: Final = re.compile(r"[^\w .:,()-]", re.ASCII)


def render_mermaid(
    classes: Sequence[ManagedClass], traffic: Mapping[str, Sequence[Passage]]
) -> Iterator[str]:
    """Yield the lines of a Mermaid flowchart."""
    yield "flowchart LR\n"
    if not classes:
        yield f'  none["{EMPTY}"]\n'
        return
    yield from _drawn(classes, traffic, _Mermaid())


def too_much_for_mermaid(diagram: str) -> str | None:
    """Return why Mermaid won't draw a flowchart unless it is configured to; None when it will."""
    links = len(_LINK.findall(diagram))
    if links <= _MERMAID_LINKS and len(diagram) <= _MERMAID_CHARACTERS:
        return None
    return (
        f"the diagram has {links:,} links and {len(diagram):,} characters, and Mermaid draws no more than "
        f"{_MERMAID_LINKS:,} and {_MERMAID_CHARACTERS:,} unless it is told to; PATHS and --min-confidence "
        "make it smaller"
    )


def render_dot(classes: Sequence[ManagedClass], traffic: Mapping[str, Sequence[Passage]]) -> Iterator[str]:
    """Yield the lines of a Graphviz digraph."""
    yield "digraph ssot {\n"
    yield '  graph [rankdir=LR, fontname="Helvetica", nodesep=0.2, ranksep=1.2];\n'
    yield '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11];\n'
    yield '  edge [fontname="Helvetica", fontsize=10];\n'
    if classes:
        yield from _drawn(classes, traffic, _Dot())
    else:
        yield f'  none [label="{EMPTY}"];\n'
    yield "}\n"


class _Pen(Protocol):
    """The language that a diagram is written in."""

    def begin(self, box: str, title: str) -> str: ...

    def end(self) -> str: ...

    def node(self, node: str, label: str, kind: str) -> str: ...

    def edge(self, start: str, end: str, label: str = "", road: Road | None = None) -> str: ...

    def finish(self) -> Iterator[str]: ...


def _drawn(
    classes: Sequence[ManagedClass], traffic: Mapping[str, Sequence[Passage]], pen: _Pen
) -> Iterator[str]:
    """Yield a box for each class with its factories and places, then the modules that come to them."""
    users: dict[str, str] = {}
    edges: list[str] = []
    for index, managed in enumerate(classes):
        lanes = lanes_to(managed, traffic.get(managed.qualname, ()))
        product = f"c{index}"
        gates = {gate: f"c{index}f{number}" for number, gate in enumerate(gates_of(managed, lanes))}
        places = {place: f"c{index}s{number}" for number, place in enumerate(places_of(managed))}
        summary = f"{managed.confidence.label} confidence, {scope_in_words(managed.scope)}"
        yield pen.begin(f"b{index}", f"{managed.qualname}: {summary}")
        yield pen.node(product, managed.name, "class")
        for gate, node in gates.items():
            yield pen.node(node, near_name(gate, managed), "factory")
        for place, node in places.items():
            yield pen.node(node, near_name(place, managed), "place")
        yield pen.end()
        edges += [pen.edge(node, product) for node in gates.values()]
        edges += [pen.edge(product, node, "kept in") for node in places.values()]
        for lane in lanes:
            user = users.setdefault(lane.module, f"u{len(users)}")
            end = product if lane.is_around else gates.get(lane.by, product)
            edges.append(pen.edge(user, end, _told(lane), lane.road))
    for module, user in users.items():
        yield pen.node(user, module, "user")
    yield from edges
    yield from pen.finish()


def _told(lane: Lane) -> str:
    """Return the label of a lane; a single use of the factory, as most are, needs none."""
    count = len(lane.passages)
    if lane.road is Road.FACTORY:
        return str(count) if count > 1 else ""
    return f"{count} {'around' if lane.road is Road.DIRECT else 'allowed'}"


class _Mermaid:
    """Writes Mermaid's flowcharts; what could mean something in a label is written as an entity."""

    def __init__(self) -> None:
        self._edges = 0
        self._by_road: dict[Road, list[int]] = {road: [] for road in Road}

    def begin(self, box: str, title: str) -> str:
        return f'  subgraph {box}["{self._label(title)}"]\n'

    def end(self) -> str:
        return "  end\n"

    def node(self, node: str, label: str, kind: str) -> str:
        shapes = {"class": ("[", "]"), "factory": ("([", "])"), "place": ("[(", ")]"), "user": (">", "]")}
        before, after = shapes[kind]
        return f'  {node}{before}"{self._label(label)}"{after}\n'

    def edge(self, start: str, end: str, label: str = "", road: Road | None = None) -> str:
        arrow = "-.->" if label == "kept in" else "==>" if road is Road.DIRECT else "-->"
        text = f'|"{self._label(label)}"|' if label else ""
        if road is not None:
            self._by_road[road].append(self._edges)
        self._edges += 1
        return f"  {start} {arrow}{text} {end}\n"

    def finish(self) -> Iterator[str]:
        for road, edges in self._by_road.items():
            if edges:
                numbers = ",".join(map(str, edges))
                yield f"  linkStyle {numbers} stroke:{_COLORS[road]},color:{_COLORS[road]}\n"

    def _label(self, text: str) -> str:
        return _UNSAFE.sub(lambda match: f"#{ord(match[0])};", one_line(text))


class _Dot:
    """Writes Graphviz's language; labels are quoted strings, in which quotes and backslashes are escaped."""

    def begin(self, box: str, title: str) -> str:
        return (
            f"  subgraph cluster_{box} {{\n"
            f'    label={self._label(title)}; style=rounded; color="#94a3b8"; fontcolor="#334155";\n'
        )

    def end(self) -> str:
        return "  }\n"

    def node(self, node: str, label: str, kind: str) -> str:
        looks = {
            "class": ', penwidth=2, fillcolor="#e0f2f1"',
            "factory": ', shape=box, style="rounded,filled", fillcolor="#ccfbf1"',
            "place": ', shape=cylinder, style=filled, fillcolor="#fef9c3"',
            "user": ', style=filled, fillcolor="#f1f5f9"',
        }
        return f"    {node} [label={self._label(label)}{looks[kind]}];\n"

    def edge(self, start: str, end: str, label: str = "", road: Road | None = None) -> str:
        looks = [f"label={self._label(label)}"] if label else []
        if label == "kept in":
            looks.append("style=dashed")
        if road is not None:
            looks += [f'color="{_COLORS[road]}"', f'fontcolor="{_COLORS[road]}"']
        if road is Road.DIRECT:
            looks += ["penwidth=2"]
        attributes = f" [{', '.join(looks)}]" if looks else ""
        return f"  {start} -> {end}{attributes};\n"

    def finish(self) -> Iterator[str]:
        yield from ()

    def _label(self, text: str) -> str:
        escaped = one_line(text).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
