"""The picture of one managed class: who comes through its factory, and who takes the road around it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.project.traffic import Road
from ssot_lint.reporters.map_lanes import counts_of, gates_of, near_name, places_of
from ssot_lint.reporters.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ssot_lint.project import ManagedClass
    from ssot_lint.reporters.map_lanes import Lane

_ROW: Final = 35
_BOX: Final = 27
_TOP: Final = 30
_GAP: Final = 18
_MOST: Final = 14
"""So many modules of a kind are drawn; the list below the picture has them all."""
_ROADS: Final = {Road.FACTORY: "through", Road.DIRECT: "around", Road.ALLOWED: "allowed"}
_LETTER: Final = 7.6
_PADDING: Final = 20


class _Column(NamedTuple):
    x: int
    width: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def middle(self) -> int:
        return self.x + self.width // 2


_USERS: Final = _Column(0, 285)
_GATES: Final = _Column(375, 220)
_CLASS: Final = _Column(650, 190)
_PLACES: Final = _Column(885, 160)
WIDTH: Final = _PLACES.right


def draw(managed: ManagedClass, lanes: Sequence[Lane]) -> Iterator[str]:
    """Yield an SVG element; all of its texts are escaped."""
    gates, places = gates_of(managed, lanes), places_of(managed)
    # Who rightly calls the class itself, beside which there are factories, passes below these, too.
    is_below = [lane.is_around or (bool(gates) and lane.by not in gates) for lane in lanes]
    through, hidden_through = _shown([lane for lane, below in zip(lanes, is_below, strict=True) if not below])
    around, hidden_around = _shown([lane for lane, below in zip(lanes, is_below, strict=True) if below])
    through.sort(key=lambda lane: gates.index(lane.by) if lane.by in gates else -1)  # no lines cross
    rows = max(len(through) + bool(hidden_through), len(gates), len(places), 1)
    below = len(around) + bool(hidden_around)
    height = _TOP + rows * _ROW + (below * _ROW + _GAP if below else 0) + 4
    middle = _TOP + rows * _ROW // 2
    told = _text(f"{managed.name}: {counts_of(lanes)}")
    yield f'<svg class="road" viewBox="-2 0 {WIDTH + 4} {height}" role="img" aria-label="{told}">'
    yield from _headings(has_gates=bool(gates), has_places=bool(places), has_users=bool(lanes))
    gate_rows = {gate: _y(index, len(gates), middle) for index, gate in enumerate(gates)}
    yield from _through(through, hidden_through, middle, gate_rows)
    yield from _around(around, hidden_around, _TOP + rows * _ROW + _GAP, middle)
    for gate, y in gate_rows.items():
        yield _line(_GATES.right, y, _CLASS.x, middle, "gate")
        kind = "async " if any(f.symbol == gate and f.is_async for f in managed.factories) else ""
        yield _box(_GATES, y, f"{kind}{_label(gate, managed)}", gate, "factory")
    for index, place in enumerate(places):
        y = _y(index, len(places), middle)
        yield _line(_CLASS.right, middle, _PLACES.x, y, "kept")
        yield _box(_PLACES, y, _label(place, managed), place, "place")
    yield _box(_CLASS, middle, managed.name, managed.qualname, "class")
    yield "</svg>"


def _shown(lanes: list[Lane]) -> tuple[list[Lane], list[Lane]]:
    """Return the lanes that are drawn, and those that the last row stands for."""
    return (lanes, []) if len(lanes) <= _MOST else (lanes[: _MOST - 1], lanes[_MOST - 1 :])


def _headings(*, has_gates: bool, has_places: bool, has_users: bool) -> Iterator[str]:
    headings = [(_CLASS, "class")]
    headings += [(_USERS, "modules that use it")] if has_users else []
    headings += [(_GATES, "factory")] if has_gates else []
    headings += [(_PLACES, "kept in")] if has_places else []
    for column, text in headings:
        yield f'<text class="heading" x="{column.middle}" y="14">{text}</text>'


def _through(
    lanes: Sequence[Lane], hidden: Sequence[Lane], middle: int, gate_rows: dict[str, int]
) -> Iterator[str]:
    count = len(lanes) + bool(hidden)
    for index, lane in enumerate(lanes):
        y = _y(index, count, middle)
        column, target = (_GATES, gate_rows[lane.by]) if lane.by in gate_rows else (_CLASS, middle)
        yield _line(_USERS.right, y, column.x, target, "through")
        yield _user(lane, y)
    if hidden:
        y = _y(count - 1, count, middle)
        yield _line(_USERS.right, y, _GATES.x if gate_rows else _CLASS.x, middle, "through")
        yield _more(hidden, y, "through")


def _around(lanes: Sequence[Lane], hidden: Sequence[Lane], top: int, middle: int) -> Iterator[str]:
    """Yield the road that leads below the factories, and into the class from below."""
    for index, lane in enumerate(lanes):
        y = top + index * _ROW + _ROW // 2
        yield _bypass(y, middle, _ROADS[lane.road])
        yield _user(lane, y)
    if hidden:
        y = top + len(lanes) * _ROW + _ROW // 2
        road = _ROADS[Road.DIRECT if any(lane.road is Road.DIRECT for lane in hidden) else hidden[0].road]
        yield _bypass(y, middle, road)
        yield _more(hidden, y, road)


def _bypass(y: int, middle: int, road: str) -> str:
    x, bend = _CLASS.middle, 16
    return (
        f'<path class="line {road}" d="M{_USERS.right} {y}H{x - bend}Q{x} {y} {x} {y - bend}'
        f'V{middle + _BOX // 2 + 7}"/>'
        f'<path class="tip {road}" d="M{x - 5} {middle + _BOX // 2 + 9}L{x} {middle + _BOX // 2 + 1}'
        f'L{x + 5} {middle + _BOX // 2 + 9}Z"/>'
    )


def _line(x: int, y: int, end_x: int, end_y: int, kind: str) -> str:
    bend = (end_x - x) // 2
    tip = f"M{end_x - 8} {end_y - 5}L{end_x} {end_y}L{end_x - 8} {end_y + 5}Z"
    if kind == "kept":
        return f'<path class="line kept" d="M{x} {y}C{x + bend} {y} {end_x - bend} {end_y} {end_x} {end_y}"/>'
    end = end_x - 6
    return (
        f'<path class="line {kind}" d="M{x} {y}C{x + bend} {y} {end - bend} {end_y} {end} {end_y}"/>'
        f'<path class="tip {kind}" d="{tip}"/>'
    )


def _user(lane: Lane, y: int) -> str:
    road = _ROADS[lane.road]
    count = len(lane.passages)
    badge = (
        f'<text class="count {road}" x="{_USERS.right - 10}" y="{y + 4}">{count}</text>' if count > 1 else ""
    )
    lines = ", ".join(str(passage.location.span.line) for passage in lane.passages)
    title = f"{lane.passages[0].location.path}: line{'s' if count > 1 else ''} {lines}"
    return _box(_USERS, y, lane.module, title, f"user {road}", room=26 if count > 1 else 0) + badge


def _more(lanes: Sequence[Lane], y: int, road: str) -> str:
    places = sum(len(lane.passages) for lane in lanes)
    text = f"{len(lanes)} more modules, {places} places"
    return _box(_USERS, y, text, "The list below has them", f"user more {road}")


def _box(column: _Column, y: int, label: str, title: str, kind: str, *, room: int = 0) -> str:
    """Return a box with a label that fits into it; the title shows the whole name."""
    letters = int((column.width - _PADDING - room) / _LETTER)
    anchor = column.x + 10 if "user" in kind else column.middle
    return (
        f'<g class="box {kind}"><title>{_text(title)}</title>'
        f'<rect x="{column.x}" y="{y - _BOX // 2}" width="{column.width}" height="{_BOX}" rx="6"/>'
        f'<text x="{anchor}" y="{y + 4}">{_text(_shortened(label, letters))}</text></g>'
    )


def _label(symbol: str, managed: ManagedClass) -> str:
    """Return a name as the code beside the class has it, or the last word of one from elsewhere."""
    near = near_name(symbol, managed)
    return near if near != symbol else symbol.rpartition(".")[2]


def _shortened(label: str, letters: int) -> str:
    """Return a label that fits: without its first parts where it has several, else without its middle."""
    if len(label) <= letters:
        return label
    parts = label.split(".")
    ends = (".".join(parts[first:]) for first in range(1, len(parts)))
    fitting = next((end for end in ends if 0 < len(end) < letters), None)
    if fitting is not None:
        return f"\N{HORIZONTAL ELLIPSIS}{fitting}"
    head = (letters - 1) // 2
    return f"{label[:head]}\N{HORIZONTAL ELLIPSIS}{label[len(label) - (letters - 1 - head) :]}"


def _y(index: int, count: int, middle: int) -> int:
    return middle + (2 * index - count + 1) * _ROW // 2


def _text(text: str) -> str:
    return escape(one_line(text))
