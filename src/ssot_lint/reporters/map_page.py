"""The map of managed classes as one HTML page, which needs nothing beside itself."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from ssot_lint.model import Confidence
from ssot_lint.project.traffic import Road
from ssot_lint.reporters.map_lanes import lanes_to, scope_in_words
from ssot_lint.reporters.map_picture import draw
from ssot_lint.reporters.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ssot_lint.model import Location
    from ssot_lint.project import ManagedClass
    from ssot_lint.project.traffic import Passage
    from ssot_lint.reporters.map_lanes import Lane

_ROADS: Final = {
    Road.FACTORY: ("through", "through"),
    Road.DIRECT: ("around", "around"),
    Road.ALLOWED: ("allowed", "allowed"),
}


def render_page(
    classes: Sequence[ManagedClass], traffic: Mapping[str, Sequence[Passage]], project: str
) -> Iterator[str]:
    """Yield the page; ``project`` is its title. Classes that somebody goes around stand first.

    Names of classes and files may be anything, so every text is escaped; and should one get through, the
    page's policy lets no script run but its own, and nothing be loaded.
    """
    classes = sorted(
        classes, key=lambda managed: not _counts(lanes_to(managed, traffic.get(managed.qualname, ())))[1]
    )
    style, script = _part("map_page.css"), _part("map_page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(project)}: managed classes</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
    )
    yield from _sidebar(classes, traffic, project)
    yield "<main>\n"
    yield _legend() if classes else _empty()
    for index, managed in enumerate(classes):
        yield from _article(index, managed, traffic.get(managed.qualname, ()))
    yield '<div class="empty" id="nothing" hidden><h2>Nothing fits the filter</h2></div>\n'
    yield f"</main>\n<script>{script}</script>\n</body>\n</html>\n"


def _part(name: str) -> str:
    return files("ssot_lint.reporters").joinpath(name).read_text(encoding="utf-8")


def _sidebar(
    classes: Sequence[ManagedClass], traffic: Mapping[str, Sequence[Passage]], project: str
) -> Iterator[str]:
    noun = "managed class" if len(classes) == 1 else "managed classes"
    yield (
        f"<nav>\n<header>\n<h1>{_text(project)}</h1>\n"
        f'<p>{len(classes) or "No"} {noun} <span id="shown"></span></p>\n'
    )
    if classes:
        yield '<input type="search" placeholder="Filter by name or path  ( / )" aria-label="Filter">\n'
        yield '<div class="chips">'
        levels = [level for level in sorted(Confidence, reverse=True) if _has(classes, level)]
        for level in levels if len(levels) > 1 else ():
            yield f'<button value="{level.label}" aria-pressed="false">{level.label}</button>'
        yield '<button value="bypassed" aria-pressed="false">gone around</button></div>\n'
    yield "</header>\n<ol>\n"
    for index, managed in enumerate(classes):
        through, around = _counts(lanes_to(managed, traffic.get(managed.qualname, ())))
        bar = "".join(
            f'<i class="{kind}" style="flex:{count}"></i>'
            for kind, count in (("through", through), ("around", around))
            if count
        )
        yield (
            f'<li><a href="#c{index}" title="{_text(managed.qualname)}: {_uses(through, around)}">'
            f'<span class="name">{_text(managed.name)}</span><span class="bar">{bar}</span></a></li>\n'
        )
    yield "</ol>\n</nav>\n"


def _has(classes: Sequence[ManagedClass], level: Confidence) -> bool:
    return any(managed.confidence is level for managed in classes)


def _legend() -> str:
    return (
        '<p class="legend"><span class="through">goes through the factory</span>'
        '<span class="around">goes around it</span>'
        '<span class="allowed">may go around it: the configuration allows it</span>'
        "<em>Tests, owners and the class's own module are left out.</em></p>\n"
    )


def _empty() -> str:
    return (
        '<div class="empty"><h2>No managed class</h2><p>No class here is kept by a factory: no function '
        "fills a slot or a registry and hands the instance out, no constructor refuses to be called. One can "
        "be declared in <code>[[tool.ssot-lint.managed]]</code>.</p></div>\n"
    )


def _article(index: int, managed: ManagedClass, passages: Sequence[Passage]) -> Iterator[str]:
    lanes = lanes_to(managed, passages)
    through, around = _counts(lanes)
    name = managed.name
    module = managed.qualname.removesuffix(name)
    level = managed.confidence.label
    words = " ".join(
        [managed.qualname, *(str(f.symbol) for f in managed.factories), *(lane.module for lane in lanes)]
        + ([managed.location.path] if managed.location else [])
    )
    yield (
        f'<article id="c{index}" data-confidence="{level}" data-around="{around}" '
        f'data-words="{_text(words.lower())}">\n'
        f'<h2><code><span class="path">{_text(module)}</span>{_text(name)}</code></h2>\n'
        f'<p class="facts"><span class="{level}">{level} confidence</span>'
        f"<span>{scope_in_words(managed.scope)}</span>"
    )
    if managed.location is not None:
        yield f"<span>{_place(managed.location)}</span>"
    if managed.is_own_factory:
        yield "<span>calling the class gives the kept instance</span>"
    yield f'<span class="{"bypassed" if around else ""}">{_uses(through, around)}</span></p>\n'
    yield f'<div class="scroll">{"".join(draw(managed, passages))}</div>\n'
    if not lanes:
        yield '<p class="quiet">Nobody outside its own module uses it, as far as can be seen.</p>\n'
    yield from _details(managed, lanes)
    yield "</article>\n"


def _details(managed: ManagedClass, lanes: Sequence[Lane]) -> Iterator[str]:
    rows = [
        ("", "why", f"{_text(evidence.text or 'declared')} ({evidence.kind})", _place(evidence.location))
        for evidence in managed.evidence
    ]
    rows += [
        ("", "factory", _text(factory.symbol), _place(factory.location) if factory.location else "")
        for factory in managed.factories
    ]
    rows += [
        (_ROADS[lane.road][0], _ROADS[lane.road][1], _text(passage.scope), _place(passage.location))
        for lane in lanes
        for passage in lane.passages
    ]
    count = sum(len(lane.passages) for lane in lanes)
    noun = "place" if count == 1 else "places"
    yield f'<details><summary>Why it is managed, and {count} {noun}</summary>\n<table class="places">\n'
    for road, head, text, place in rows:
        yield f'<tr class="{road}"><th scope="row">{head}</th><td>{text}</td><td>{place}</td></tr>\n'
    yield "</table></details>\n"


def _counts(lanes: Sequence[Lane]) -> tuple[int, int]:
    around = sum(len(lane.passages) for lane in lanes if lane.is_around)
    return sum(len(lane.passages) for lane in lanes) - around, around


def _uses(through: int, around: int) -> str:
    return f"{through} through the factory, {around} around it"


def _place(location: Location) -> str:
    return _text(f"{location.path}:{location.span.line}")


def _text(text: str) -> str:
    return escape(one_line(text))
