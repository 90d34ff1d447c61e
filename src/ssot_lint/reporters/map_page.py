"""The map of managed classes as one HTML page, which needs nothing beside itself."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Final, NamedTuple

from ssot_lint.model import Confidence
from ssot_lint.project.traffic import Road
from ssot_lint.reporters.map_lanes import counts_of, lanes_to, module_of, scope_in_words
from ssot_lint.reporters.map_picture import draw
from ssot_lint.reporters.printable import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ssot_lint.model import Location
    from ssot_lint.project import ManagedClass
    from ssot_lint.project.traffic import Passage
    from ssot_lint.reporters.map_lanes import Counts, Lane

_ROADS: Final = {Road.FACTORY: "through", Road.DIRECT: "around", Road.ALLOWED: "allowed"}


class _Card(NamedTuple):
    """A managed class, and all that its part of the page is made of."""

    managed: ManagedClass
    passages: Sequence[Passage]
    lanes: Sequence[Lane]
    counts: Counts


def render_page(
    classes: Sequence[ManagedClass], traffic: Mapping[str, Sequence[Passage]], project: str
) -> Iterator[str]:
    """Yield the page; ``project`` is its title. The surest classes stand first, of these the most bypassed.

    Names of classes and files may be anything, so every text is escaped; and should one get through, the
    page's policy lets no script run but its own, and nothing be loaded.
    """
    cards = [_card(managed, traffic.get(managed.qualname, ())) for managed in classes]
    cards.sort(
        key=lambda card: (card.managed.confidence, card.counts.around, card.counts.through), reverse=True
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
    yield from _sidebar(cards, project)
    yield "<main>\n"
    yield _legend(cards) if cards else _empty()
    for index, card in enumerate(cards):
        yield from _article(index, card)
    yield '<div class="empty" id="nothing" hidden><h2>Nothing fits the filter</h2></div>\n'
    yield f"</main>\n<script>{script}</script>\n</body>\n</html>\n"


def _card(managed: ManagedClass, passages: Sequence[Passage]) -> _Card:
    lanes = lanes_to(managed, passages)
    return _Card(managed, passages, lanes, counts_of(lanes))


def _part(name: str) -> str:
    return files("ssot_lint.reporters").joinpath(name).read_text(encoding="utf-8")


def _sidebar(cards: Sequence[_Card], project: str) -> Iterator[str]:
    noun = "managed class" if len(cards) == 1 else "managed classes"
    yield (
        f'<nav>\n<header>\n<h1>{_text(project)}</h1>\n<p>{len(cards) or "No"} {noun} <span id="shown"></span>'
    )
    if cards:
        yield f'<span class="sum">{counts_of(lane for card in cards for lane in card.lanes)}</span>'
    yield "</p>\n"
    if cards:
        yield '<input type="search" placeholder="Filter by name or path  ( / )" aria-label="Filter">\n'
        yield '<div class="chips">'
        levels = [level for level in sorted(Confidence, reverse=True) if _has(cards, level)]
        for level in levels if len(levels) > 1 else ():
            yield f'<button value="{level.label}" aria-pressed="false">{level.label}</button>'
        yield '<button value="bypassed" aria-pressed="false">gone around</button></div>\n'
    yield "</header>\n<ol>\n"
    for index, card in enumerate(cards):
        bar = "".join(
            f'<i class="{kind}" style="flex:{count}"></i>'
            for kind, count in card.counts._asdict().items()
            if count
        )
        yield (
            f'<li><a href="#c{index}" title="{_text(card.managed.qualname)}: {card.counts}">'
            f'<span class="name">{_text(card.managed.name)}</span><span class="bar">{bar}</span></a></li>\n'
        )
    yield "</ol>\n</nav>\n"


def _has(cards: Sequence[_Card], level: Confidence) -> bool:
    return any(card.managed.confidence is level for card in cards)


def _legend(cards: Sequence[_Card]) -> str:
    allowed = '<span class="allowed">goes around it, as the configuration allows</span>'
    return (
        '<p class="legend"><span class="through">goes through the factory</span>'
        '<span class="around">goes around it</span>'
        f"{allowed if any(card.counts.allowed for card in cards) else ''}"
        "<em>Tests, owners and the class's own module are left out.</em></p>\n"
    )


def _empty() -> str:
    return (
        '<div class="empty"><h2>No managed class</h2><p>No class here is kept by a factory: no function '
        "fills a slot or a registry and hands the instance out, no constructor refuses to be called. One can "
        "be declared in <code>[[tool.ssot-lint.managed]]</code>.</p></div>\n"
    )


def _article(index: int, card: _Card) -> Iterator[str]:
    managed, lanes = card.managed, card.lanes
    around = card.counts.around
    level = managed.confidence.label
    words = " ".join(
        [managed.qualname, *(str(f.symbol) for f in managed.factories), *(lane.module for lane in lanes)]
        + ([managed.location.path] if managed.location else [])
    )
    yield (
        f'<article id="c{index}" data-confidence="{level}" data-around="{around}" '
        f'data-words="{_text(words.lower())}">\n'
        f'<h2><code><span class="path">{_text(module_of(managed))}</span>{_text(managed.name)}</code></h2>\n'
        f'<p class="facts"><span class="{level}">{level} confidence</span>'
        f"<span>{scope_in_words(managed.scope)}</span>"
    )
    if managed.location is not None:
        yield f"<span>{_place(managed.location)}</span>"
    if managed.is_own_factory:
        yield "<span>calling the class gives the kept instance</span>"
    yield f'<span class="{"bypassed" if around else ""}">{card.counts}</span></p>\n'
    yield f'<div class="scroll">{"".join(draw(managed, lanes))}</div>\n'
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
        (_ROADS[lane.road], _ROADS[lane.road], _text(passage.scope), _place(passage.location))
        for lane in lanes
        for passage in lane.passages
    ]
    count = sum(len(lane.passages) for lane in lanes)
    noun = "place" if count == 1 else "places"
    yield f'<details><summary>Why it is managed, and {count} {noun}</summary>\n<table class="places">\n'
    for road, head, text, place in rows:
        yield f'<tr class="{road}"><th scope="row">{head}</th><td>{text}</td><td>{place}</td></tr>\n'
    yield "</table></details>\n"


def _place(location: Location) -> str:
    return _text(f"{location.path}:{location.span.line}")


def _text(text: str) -> str:
    return escape(one_line(text))
