"""The map for programs and browsers says what the counts say, and no name can do harm in it."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import shutil
import subprocess
import warnings
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pydot
import pytest

from ssot_lint.cli import main
from ssot_lint.model import Confidence, Evidence, Location, Scope, Span
from ssot_lint.project import ManagedClass
from ssot_lint.project.managed import Callable as Factory
from ssot_lint.project.traffic import Passage, Road, find_traffic
from ssot_lint.reporters.map_diagrams import EMPTY, render_dot, render_mermaid, too_much_for_mermaid
from ssot_lint.reporters.map_lanes import counts_of, lanes_to
from ssot_lint.reporters.map_page import render_page
from ssot_lint.session import open_project

if TYPE_CHECKING:
    from ssot_lint.session import LinkedProject

EXAMPLE = Path(__file__).parents[2] / "examples" / "chat_backend" / "before"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "a' onload='x",
    'end"] --> x; click x href "javascript:alert(1)"',
    "%% comment\n-->`b`#quot;#35;",
    'label="\\N\\"; node [x=',
    "\u202eevil\x1b[31m\x00",
    "ünï.cödé😀",
)


@pytest.fixture(scope="module")
def example() -> LinkedProject:
    return open_project((), cwd=EXAMPLE)


def managed(name: str, **fields: object) -> ManagedClass:
    where = Location(f"{name}.py", Span(3, 0, 3, 5))
    known: dict[str, object] = {
        "qualname": name,
        "location": where,
        "scope": Scope.PROCESS,
        "confidence": Confidence.HIGH,
        "evidence": (Evidence("slot", where, name),),
        "factories": (Factory(f"{name}.get", where, is_async=True),),
        "slots": (f"{name}._slot",),
        "registries": (),
        "owners": frozenset(),
        "owner_modules": frozenset(),
        "homes": frozenset(),
        "allow": (),
        "canonical": name,
        "is_declared": False,
        "is_own_factory": False,
    }
    return ManagedClass(**{**known, **fields})  # type: ignore[arg-type]


def passage(name: str, road: Road, by: str, line: int = 1) -> Passage:
    return Passage(road, name, f"{name}.f", by, Location(f"{name}/x.py", Span(line, 0, line, 1)))


def hostile() -> tuple[list[ManagedClass], dict[str, list[Passage]]]:
    classes = [managed(name) for name in HOSTILE]
    traffic = {
        name: [passage(f"u{name}", Road.FACTORY, f"{name}.get"), passage(name, Road.DIRECT, name)]
        for name in HOSTILE
    }
    return classes, traffic


# -- the traffic


def test_the_places_are_those_that_are_counted(example: LinkedProject) -> None:
    traffic = find_traffic(example.project)
    assert traffic.keys() == example.project.managed.keys()
    counts = {
        name: (sum(p.road is Road.FACTORY for p in places), sum(p.road is Road.DIRECT for p in places))
        for name, places in traffic.items()
    }
    assert counts == {
        name: (known.factory_uses, known.direct_constructions)
        for name, known in example.project.managed.items()
    }
    assert sum(around for _, around in counts.values()) > 5


def test_what_the_configuration_allows_is_told_apart(tmp_path: Path) -> None:
    files = {
        ".ssot-lint.toml": '[[managed]]\nclass = "app.C"\nfactory = "app.get"\nallow = ["boot"]\n',
        "app.py": "class C: ...\n\n\ndef get(): ...\n",
        "boot.py": "from app import C\n\n\ndef boot():\n    return C()\n",
        "view.py": "from app import C, get\n\nx = C()\n\n\nclass V:\n    def f():\n        return get()\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (places,) = find_traffic(open_project((), cwd=tmp_path).project).values()
    assert [(p.road.value, p.module, p.scope, p.by, p.location.span.line) for p in places] == [
        ("allowed", "boot", "boot.boot", "app.C", 5),
        ("direct", "view", "view", "app.C", 3),
        ("factory", "view", "view.V.f", "app.get", 8),
    ]


def test_a_class_that_is_its_own_factory_is_called_rightly() -> None:
    (lane,) = lanes_to(managed("a.B", is_own_factory=True), [passage("m", Road.DIRECT, "a.B")])
    assert not lane.is_around


def test_who_rightly_calls_the_class_passes_below_its_factories() -> None:
    def lines(*factories: Factory) -> list[str]:
        known = managed("a.B", is_own_factory=True, factories=factories)
        page = Parsed("".join(render_page([known], {"a.B": [passage("m", Road.DIRECT, "a.B")]}, "x")))
        return [line["d"] for line in page.all("path", "through") if "line" in line["class"]]

    (straight,) = lines()
    (below,) = lines(Factory("a.B.get", None))
    assert "C" in straight
    assert "H" in below
    assert "V" in below


def test_modules_are_put_together_the_busiest_first() -> None:
    places = [
        passage("rare", Road.FACTORY, "f"),
        passage("around", Road.DIRECT, "a.B"),
        passage("busy", Road.FACTORY, "f"),
        passage("busy", Road.FACTORY, "f", 2),
        passage("may", Road.ALLOWED, "a.B"),
    ]
    lanes = lanes_to(managed("a.B"), places)
    assert [(lane.module, len(lane.passages)) for lane in lanes] == [
        ("busy", 2),
        ("rare", 1),
        ("around", 1),
        ("may", 1),
    ]


# -- dot, which pydot reads back


def drawn(text: str) -> pydot.Dot:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydot's parser uses old names of pyparsing's
        graphs = pydot.graph_from_dot_data(text)
    assert graphs is not None
    assert len(graphs) == 1
    return graphs[0]


def test_dot_has_a_box_for_each_class_and_an_edge_for_each_lane(example: LinkedProject) -> None:
    classes = list(example.project.managed.values())
    traffic = find_traffic(example.project)
    graph = drawn("".join(render_dot(classes, traffic)))
    boxes = graph.get_subgraphs()
    assert len(boxes) == len(classes)
    lanes = [lane for known in classes for lane in lanes_to(known, traffic[known.qualname])]
    inner = sum(len(known.factories) + len({*known.slots, *known.registries}) for known in classes)
    assert len(graph.get_edges()) >= len(lanes) + inner
    around = [edge for edge in graph.get_edges() if "around" in str(edge.get("label"))]
    assert len(around) == sum(lane.is_around for lane in lanes) > 3
    labels = [str(node.get("label")) for box in boxes for node in box.get_nodes()]
    assert '"MessageHub.instance"' in labels, "as the class's own module has it"
    assert '"chat.ws.factory.get_websocket_manager"' in labels, "another module's has its whole name"


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz isn't installed")
@pytest.mark.parametrize("which", ["example", "hostile"])
def test_graphviz_draws_what_is_written(which: str, example: LinkedProject) -> None:
    classes, traffic = (
        hostile()
        if which == "hostile"
        else (list(example.project.managed.values()), find_traffic(example.project))
    )
    text = "".join(render_dot(classes, traffic))
    ran = subprocess.run(["dot", "-Tsvg"], input=text.encode(), capture_output=True, timeout=60, check=True)
    assert ran.stderr == b""
    picture = ran.stdout.decode()
    assert picture.count('class="cluster"') == len(classes)
    assert picture.count('class="edge"') == len(re.findall("^  [a-z0-9]+ -> ", text, re.MULTILINE))
    if which == "hostile":
        told = html.unescape(" ".join(re.findall("<text[^>]*>(.*?)</text>", picture)))
        assert all(name in told for name in HOSTILE if name.isprintable() and " " not in name)


def test_hostile_names_stay_labels_in_dot() -> None:
    graph = drawn("".join(render_dot(*hostile())))
    assert len(graph.get_subgraphs()) == len(HOSTILE)
    labels = [str(node.get("label")) for box in graph.get_subgraphs() for node in box.get_nodes()]
    assert '"<script>alert(1)</script>"' in labels
    assert not any("\n" in label or "\x1b" in label for label in labels)


# -- Mermaid


LINE = re.compile(
    r"flowchart LR|  end|  subgraph b\d+\[L\]|  \w+(\[L\]|\(\[L\]\)|\[\(L\)\]|>L\])"
    r"|  \w+ (-->|==>|-\.->)(\|L\|)? \w+|  linkStyle \d+(,\d+)* stroke:#\w{6},color:#\w{6}"
)
LABEL = re.compile(r'"([A-Za-z0-9_ .:,()-]|#\d+;)*"')


@pytest.mark.parametrize("which", ["example", "hostile"])
def test_mermaid_is_made_of_known_lines_and_harmless_labels(which: str, example: LinkedProject) -> None:
    classes, traffic = (
        hostile()
        if which == "hostile"
        else (list(example.project.managed.values()), find_traffic(example.project))
    )
    lines = "".join(render_mermaid(classes, traffic)).splitlines()
    for line in lines:
        assert LINE.fullmatch(LABEL.sub("L", line)), line
    links = [line for line in lines if re.match(r"  \w+ [-=]", line)]
    styled = [int(one) for line in lines if "linkStyle" in line for one in line.split()[1].split(",")]
    users = [number for number, line in enumerate(links) if line.split()[0].startswith("u")]
    assert sorted(styled) == users, "each link of a user has the colour of its road, once"
    if which == "hostile":
        texts = html.unescape("\n".join(lines).replace("#", "&#"))
        assert '"><img src=x onerror=alert(1)>' in texts


def test_only_a_single_use_of_the_factory_needs_no_label() -> None:
    places = [passage("once", Road.FACTORY, "a.B.get"), passage("around", Road.DIRECT, "a.B")]
    places += [passage("twice", Road.FACTORY, "a.B.get", line) for line in (1, 2)]
    places += [passage("may", Road.ALLOWED, "a.B")]
    text = "".join(render_mermaid([managed("a.B")], {"a.B": places}))
    modules = dict(re.findall(r'(u\d+)>"(\w+)"', text))
    links = re.findall(r'(u\d+) [=-]+>(?:\|"(.*?)"\|)? ', text)
    told = {modules[user]: label for user, label in links}
    assert told == {"once": "", "twice": "2", "around": "1 around", "may": "1 allowed"}


def test_a_diagram_that_mermaid_would_not_draw_is_told_of() -> None:
    places = [passage(f"m{n}", Road.FACTORY, "a.B.get") for n in range(498)]
    fits = "".join(render_mermaid([managed("a.B")], {"a.B": places}))
    assert too_much_for_mermaid(fits) is None
    places.append(passage("one.more", Road.FACTORY, "a.B.get"))
    over = "".join(render_mermaid([managed("a.B")], {"a.B": places}))
    assert "501 links" in (too_much_for_mermaid(over) or "")
    assert "50,001 characters" in (too_much_for_mermaid(fits.ljust(50_001)) or "")


def test_nothing_managed_is_a_diagram_too() -> None:
    assert "".join(render_mermaid([], {})) == f'flowchart LR\n  none["{EMPTY}"]\n'
    graph = drawn("".join(render_dot([], {})))
    assert [node.get_name() for node in graph.get_nodes() if node.get("label")] == ["none"]


# -- the page


class Parsed(HTMLParser):
    """The elements and texts of a page; the ends of elements have to fit their beginnings."""

    VOID = ("meta", "input")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str, kind: str = "") -> list[dict[str, str]]:
        found = [attributes for name, attributes in self.elements if name == tag]
        return [one for one in found if not kind or kind in one.get("class", "").split(" ")]


def page_of(opened: LinkedProject) -> str:
    classes = list(opened.project.managed.values())
    return "".join(render_page(classes, find_traffic(opened.project), "chat"))


def test_the_page_has_a_picture_for_each_class(example: LinkedProject) -> None:
    page = Parsed(page_of(example))
    classes = example.project.managed.values()
    assert len(page.all("article")) == len(page.all("svg")) == len(classes)
    traffic = find_traffic(example.project)
    lanes = [lane for known in classes for lane in lanes_to(known, traffic[known.qualname])]
    assert len(page.all("g", "user")) == len(lanes)
    assert len(page.all("g", "around")) == sum(lane.is_around for lane in lanes)
    assert len(page.all("g", "class")) == len(classes)
    counts = [int(article["data-around"]) for article in page.all("article")]
    assert counts[0] > counts[1] > 0, "those that are gone around most stand first"
    told = counts_of(lanes)
    assert f"{told.through} through the factory, {told.around} around it" in page.texts
    assert any("chat.handlers.session" in text for text in page.texts)


def test_the_page_needs_nothing_beside_itself(example: LinkedProject) -> None:
    text = page_of(example)
    page = Parsed(text)
    assert not page.all("link")
    assert not page.all("img")
    assert all("src" not in found for _, found in page.elements)
    assert all(found["href"].startswith("#c") for found in page.all("a"))
    assert "url(" not in text
    assert "http" not in text.replace("http-equiv", "")
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = (found["content"] for found in page.all("meta") if "http-equiv" in found)
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"


def test_hostile_names_stay_texts_in_the_page() -> None:
    classes, traffic = hostile()
    page = Parsed("".join(render_page(classes, traffic, HOSTILE[0])))
    places = [passage("m", Road.FACTORY, "a.B.get"), passage("m", Road.DIRECT, "a.B")]
    plain = Parsed("".join(render_page([managed("a.B")], {"a.B": places}, "x")))
    assert {tag for tag, _ in page.elements} == {tag for tag, _ in plain.elements}
    assert len(page.all("script")) == 1
    assert not {name for _, found in page.elements for name in found if name.startswith("on")}
    shown = "".join(page.texts)
    assert "<script>alert(1)</script>" in shown
    assert "\u202e" not in shown
    assert "\x1b" not in shown


def test_what_is_unsure_stands_below_what_is_sure() -> None:
    classes = [managed("a.Low", confidence=Confidence.LOW), managed("a.High"), managed("a.Bypassed")]
    traffic = {name: [passage("m", Road.DIRECT, name)] for name in ("a.Low", "a.Bypassed")}
    page = Parsed("".join(render_page(classes, traffic, "x")))
    named = [text for text in page.texts if text in ("Low", "High", "Bypassed")]
    assert list(dict.fromkeys(named)) == ["Bypassed", "High", "Low"]


def test_what_is_allowed_is_not_counted_as_gone_around() -> None:
    page = Parsed("".join(render_page([managed("a.B")], {"a.B": [passage("m", Road.ALLOWED, "a.B")]}, "x")))
    (article,) = page.all("article")
    assert article["data-around"] == "0"
    assert len(page.all("g", "allowed")) == 1
    assert len(page.all("path", "allowed")) == 2, "the line around, and its tip"
    assert not page.all("g", "through")
    assert page.texts.count("0 through the factory, 0 around it, 1 allowed") == 2
    assert "goes around it, as the configuration allows" in page.texts


def test_users_stand_in_the_order_of_their_factories() -> None:
    factories = (Factory("a.first", None), Factory("a.second", None))
    places = [passage("x", Road.FACTORY, "a.first")]
    places += [passage("busy", Road.FACTORY, "a.second", line) for line in (1, 2)]
    page = Parsed("".join(render_page([managed("a.B", factories=factories)], {"a.B": places}, "p")))
    drawn_users = [text for text in page.texts if text in ("x", "busy")]
    assert drawn_users == ["x", "busy"], "else their lines would cross"


def test_a_page_without_classes_says_so() -> None:
    page = Parsed("".join(render_page([], {}, "x")))
    assert "No managed class" in page.texts
    assert not page.all("article")


def test_many_modules_end_in_a_row_that_stands_for_the_rest() -> None:
    far = "app.some.rather.long.package.name.module"
    places = [passage(f"{far}{n}", Road.FACTORY, "a.B.get") for n in range(40)]
    places += [passage(f"app.m{n}", Road.DIRECT, "a.B") for n in range(20)]
    page = Parsed("".join(render_page([managed("a.B")], {"a.B": places}, "x")))
    assert len(page.all("g", "user")) == 28
    assert "27 more modules, 27 places" in page.texts
    assert "7 more modules, 7 places" in page.texts
    assert any("…" in text for text in page.texts)
    assert sum("module" in text and "app" in text for text in page.texts) >= 40, "the list has them all"


def test_a_class_of_its_own_and_one_of_another_package_are_drawn() -> None:
    own = managed("a.B", is_own_factory=True, factories=(), slots=())
    foreign = managed("redis.Redis", location=None, factories=(), slots=())
    traffic = {"a.B": [passage("m", Road.DIRECT, "a.B")]}
    page = Parsed("".join(render_page([own, foreign], traffic, "x")))
    assert not page.all("g", "factory")
    assert len(page.all("path", "through")) == 2
    assert "Nobody outside its own module uses it, as far as can be seen." in page.texts


# -- the command


@pytest.mark.parametrize("output_format", ["json", "mermaid", "dot", "html"])
def test_a_file_holds_what_the_terminal_would_show(
    output_format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(EXAMPLE)
    assert main(["map", "--no-cache", "--format", output_format]) == 0
    shown = capsys.readouterr().out
    target = tmp_path / "map"
    assert main(["map", "--no-cache", "--format", output_format, "--output-file", str(target)]) == 0
    assert target.read_text("utf-8") == shown
    assert capsys.readouterr().out.endswith("managed classes.\n")


def test_json_lists_the_places(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(EXAMPLE)
    assert main(["map", "--no-cache", "--format", "json", "--min-confidence", "high"]) == 0
    listed = json.loads(capsys.readouterr().out)
    for known in listed:
        kinds = [use["kind"] for use in known["uses"]]
        assert kinds.count("factory") == known["factory_uses"]
        assert kinds.count("direct") == known["direct_constructions"]
    (use,) = (
        use
        for known in listed
        if known["class"] == "chat.sessions.SessionStore"
        for use in known["uses"]
        if use["kind"] == "direct"
    )
    assert use["by"] == "chat.sessions.SessionStore"
    assert use["filename"] == "chat/handlers/session.py"
