"""The pictures of the map, looked at in a real browser: none is blank, and everything is where it belongs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest
from PIL import Image

from ssot_lint.cli import main
from ssot_lint.model import Confidence, Evidence, Location, Scope, Span
from ssot_lint.project import ManagedClass
from ssot_lint.project.managed import Callable as Factory
from ssot_lint.project.traffic import Passage, Road
from ssot_lint.reporters.map_diagrams import render_mermaid
from ssot_lint.reporters.map_page import render_page
from ssot_lint.reporters.printable import one_line

EXAMPLE: Final = Path(__file__).parents[1] / "examples" / "chat_backend" / "before"
CHROMIUM: Final = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
WIDTH, HEIGHT = 1400, 1000

pytestmark = [
    pytest.mark.same_again,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
]

LAID_OUT: Final = """
for (const each of document.querySelectorAll("article")) each.style.contentVisibility = "visible";
"""
"""What is off the screen is else laid out by chance, or not."""
PROBE: Final = """
const place = (element) => {
  const box = element.getBoundingClientRect();
  return [box.left, box.top, box.right, box.bottom].map(Math.round);
};
const boxes = (article, kind) => [...article.querySelectorAll(`.${kind} rect`)].map(place);
const visible = () => [...document.querySelectorAll("article")].filter((each) => !each.hidden);
const seen = { nav: place(document.querySelector("nav")), articles: [] };
for (const article of document.querySelectorAll("article")) {
  seen.articles.push({
    place: place(article),
    around: Number(article.dataset.around),
    users: boxes(article, "user.through"),
    bypasses: boxes(article, "user:is(.around, .allowed)"),
    factories: boxes(article, "factory"),
    classes: boxes(article, "box.class"),
    labels: [...article.querySelectorAll(".box")].map((box) => [
      box.querySelector("text").getBBox().width, box.querySelector("rect").getBBox().width,
    ]),
  });
}
seen.overflow = document.documentElement.scrollWidth - innerWidth;
document.querySelector(".chips [value=bypassed]").click();
seen.bypassed = visible().map((each) => Number(each.dataset.around));
document.querySelector(".chips [value=bypassed]").click();
const search = document.querySelector("input[type=search]");
search.value = "HUB handlers.session";
search.dispatchEvent(new Event("input"));
seen.searched = visible().map((each) => each.querySelector("h2").textContent);
seen.told = document.getElementById("shown").textContent;
search.value = "no such thing";
search.dispatchEvent(new Event("input"));
seen.nothing = [visible().length, document.getElementById("nothing").hidden];
search.value = "";
search.dispatchEvent(new Event("input"));
const details = document.querySelector("article details");
document.querySelector("article .user rect").dispatchEvent(new MouseEvent("click", { bubbles: true }));
seen.opened = details.open;
document.documentElement.dataset.seen = JSON.stringify(seen);
"""


def browse(page: Path, profile: Path, *options: str) -> str:
    """Open a page without a screen, and return what the browser writes."""
    command = [
        str(CHROMIUM),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        f"--user-data-dir={profile}",
        f"--window-size={WIDTH},{HEIGHT}",
        *options,
        page.as_uri(),
    ]
    ran = subprocess.run(command, capture_output=True, timeout=120, check=True, stdin=subprocess.DEVNULL)
    return ran.stdout.decode()


def write_page(folder: Path, target: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(folder)
    assert main(["map", "--no-cache", "--format", "html", "--output-file", str(target)]) == 0
    return target.read_text("utf-8")


def probed(text: str, probe: str = PROBE) -> str:
    """Return the page with a script of ours at its end, and without the policy that wouldn't let it run."""
    text, count = re.subn(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    assert count == 1
    return text.replace("</body>", f"<script>{{{LAID_OUT}{probe}}}</script></body>")


def test_everything_is_where_it_belongs_and_the_filters_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "map.html"
    page.write_text(probed(write_page(EXAMPLE, page, monkeypatch)), encoding="utf-8")
    dumped = browse(page, tmp_path / "profile", "--dump-dom")
    (found,) = re.findall(r'<html[^>]* data-seen="([^"]*)"', dumped)
    seen: dict[str, Any] = json.loads(unescape(found))
    assert seen["nav"][:2] == [0, 0]
    assert seen["overflow"] <= 0
    assert len(seen["articles"]) > 8
    bottom = 0
    for article in seen["articles"]:
        left, top, right, end = article["place"]
        assert left >= seen["nav"][2]
        assert right <= WIDTH
        assert top >= bottom, "one card below the other"
        bottom = end
        (class_,) = article["classes"]
        for users in (article["users"], article["bypasses"]):
            assert all(low[3] <= high[1] for low, high in pairwise(users))
        for user in article["users"]:
            assert all(user[2] < factory[0] and factory[2] < class_[0] for factory in article["factories"])
        for user in article["bypasses"]:
            assert user[1] > class_[3], "the road around leads below"
            assert all(user[1] > factory[3] for factory in article["factories"])
        assert all(text < box for text, box in article["labels"]), "labels fit into their boxes"
    around = [article["around"] for article in seen["articles"]]
    assert around[0] > 0
    assert seen["bypassed"] == [count for count in around if count]
    assert seen["searched"] == ["chat.hub.MessageHub"]
    assert seen["told"] == "1 shown"
    assert seen["nothing"] == [0, False]
    assert seen["opened"] is True


LIGHT: Final = {
    "page": (0xF6, 0xF7, 0xF5),
    "through": (0x0F, 0x76, 0x6E),
    "around": (0xC2, 0x41, 0x0C),
    "class": (0x17, 0x21, 0x1F),
}
DARK: Final = {
    "page": (0x12, 0x17, 0x15),
    "through": (0x4F, 0xD1, 0xBD),
    "around": (0xFF, 0x9B, 0x6A),
    "class": (0xE6, 0xED, 0xEA),
}


@pytest.mark.parametrize("look", ["light", "dark"])
def test_the_picture_shows_both_roads(look: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the colours of a screenshot, of the page as it is."""
    page, shot = tmp_path / "map.html", tmp_path / "map.png"
    write_page(EXAMPLE, page, monkeypatch)
    preference = f"--blink-settings=preferredColorScheme={int(look == 'light')}"
    browse(page, tmp_path / "profile", f"--screenshot={shot}", preference)
    with Image.open(shot) as image:
        assert image.size == (WIDTH, HEIGHT)
        counted = image.convert("RGB").getcolors(WIDTH * HEIGHT) or []
    colors = {color: count for count, color in counted}
    expected = LIGHT if look == "light" else DARK
    assert colors[expected["page"]] > 50_000
    assert colors[expected["through"]] > 500
    assert colors[expected["around"]] > 500
    assert colors[expected["class"]] > 2000
    assert max(colors.values()) < WIDTH * HEIGHT * 0.9


MANY: Final = 100
CROWDED: Final = """
const articles = [...document.querySelectorAll("article")];
const place = (element) => element.getBoundingClientRect();
const inside = (inner, outer) =>
  inner.left >= outer.left - 1 && inner.right <= outer.right + 1 && inner.top >= outer.top - 1 &&
  inner.bottom <= outer.bottom + 1;
const list = document.querySelector("nav ol");
const seen = {
  overflow: document.documentElement.scrollWidth - innerWidth,
  articles: articles.length,
  listed: list.children.length,
  scrolls: list.scrollHeight > list.clientHeight && place(list).bottom <= innerHeight,
  outside: articles.flatMap((article) => {
    const svg = place(article.querySelector("svg"));
    return [...article.querySelectorAll("svg rect, svg text")].filter((each) => !inside(place(each), svg));
  }).length,
  sizes: articles.map((article) => [place(article.querySelector("svg")).width, place(article).height]),
  sized: articles.flatMap((article) => [...article.querySelectorAll("svg rect")]).every(
    (rect) => place(rect).width > 50 && place(rect).height > 10),
  lettering: parseFloat(getComputedStyle(document.querySelector(".road .box text")).fontSize) *
    place(document.querySelector(".road")).width / document.querySelector(".road").viewBox.baseVal.width,
};
document.documentElement.dataset.seen = JSON.stringify(seen);
"""


def managed(name: str) -> ManagedClass:
    where = Location(f"{name}.py", Span(3, 0, 3, 5))
    return ManagedClass(
        qualname=name,
        location=where,
        scope=Scope.PROCESS,
        confidence=Confidence.HIGH,
        evidence=(Evidence("slot", where, name),),
        factories=(Factory(f"{name}.get", where), Factory("elsewhere.in_a.module.get_it_from_there", where)),
        slots=(f"{name}._slot", "elsewhere.in_a.module._SLOT_WITH_A_LONG_NAME"),
        registries=(),
        owners=frozenset(),
        owner_modules=frozenset(),
        homes=frozenset(),
        allow=(),
        canonical=name,
        is_declared=False,
        is_own_factory=False,
    )


def passages(name: str, number: int) -> list[Passage]:
    """As many users as the number says: every fifth goes around, another fifth is allowed to."""
    roads = (Road.FACTORY, Road.FACTORY, Road.DIRECT, Road.FACTORY, Road.ALLOWED)
    return [
        Passage(road, module, f"{module}.f", f"{name}.get", Location("m.py", Span(n + 1, 0, n + 1, 1)))
        for n in range(number)
        for road in [roads[n % len(roads)]]
        for module in [f"application.with_a.rather.long_name.module_{n // 2}"]
    ]


def test_a_hundred_classes_can_be_read_as_well_as_one(tmp_path: Path) -> None:
    names = [f"shop.services.part_{n}.Service{n}WithQuiteALongNameOfItsOwn" for n in range(MANY)]
    traffic = {name: passages(name, n // 4) for n, name in enumerate(names)}
    page = tmp_path / "map.html"
    text = "".join(render_page([managed(name) for name in names], traffic, "shop"))
    page.write_text(probed(text, CROWDED), encoding="utf-8")
    dumped = browse(page, tmp_path / "profile", "--dump-dom")
    (found,) = re.findall(r'<html[^>]* data-seen="([^"]*)"', dumped)
    seen: dict[str, Any] = json.loads(unescape(found))
    assert seen["articles"] == seen["listed"] == MANY
    assert seen["overflow"] <= 0
    assert seen["scrolls"] is True, "the list scrolls by itself, and its end is in the window"
    assert seen["outside"] == 0
    assert seen["sized"] is True
    assert all(width > 800 and 100 < height < 1800 for width, height in seen["sizes"])
    assert seen["lettering"] > 11.5


DRAWN_BY_MERMAID: Final = """
mermaid.initialize({ startOnLoad: false });
const seen = [];
const draw = async (name, text) => {
  try {
    const { svg } = await mermaid.render(name, text);
    document.getElementById("out").innerHTML = svg;
    const all = (selector) => [...document.querySelectorAll(`#out ${selector}`)];
    seen.push({
      nodes: all(".node").length,
      clusters: all(".cluster").length,
      links: all("path.flowchart-link").length,
      labels: all(".nodeLabel").map((label) => label.textContent),
      colored: all("path.flowchart-link").filter((path) => path.style.stroke === "rgb(194, 65, 12)").length,
      elements: [...new Set(all("*").map((each) => each.tagName.toLowerCase()))],
    });
  } catch (error) {
    seen.push(String(error));
  }
};
const finish = () => { document.documentElement.dataset.seen = JSON.stringify(seen); };
texts.reduce((done, text, index) => done.then(() => draw(`m${index}`, text)), Promise.resolve()).then(finish);
"""
HOSTILE: Final = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    'end"] --> x; click x href "javascript:alert(1)"',
    "%% comment\n-->`b`#quot;#35;",
    "\u202eevil\x1b[31m\x00",
    "ünï😀",
)


def test_mermaid_draws_what_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Mermaid itself does, which mermaidx brings along."""
    spec = find_spec("mermaidx")
    library = Path(spec.origin).parent / "assets" / "mermaid.js" if spec and spec.origin else None
    if library is None or not library.exists():
        pytest.skip("there is no mermaid.js in the environment")
    monkeypatch.chdir(EXAMPLE)
    assert main(["map", "--no-cache", "--format", "mermaid"]) == 0
    example = capsys.readouterr().out
    names = list(HOSTILE)
    hostile = "".join(
        render_mermaid([managed(name) for name in names], {name: passages(name, 3) for name in names})
    )
    many = "".join(render_mermaid([managed("a.B")], {"a.B": passages("a.B", 700)}))
    texts = json.dumps([example, hostile, many]).replace("<", "\\u003c")
    page = tmp_path / "mermaid.html"
    page.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><div id="out"></div><script src="{library.as_uri()}"></script>'
        f"<script>const texts = {texts};{DRAWN_BY_MERMAID}</script>",
        encoding="utf-8",
    )
    dumped = browse(page, tmp_path / "profile", "--dump-dom", "--virtual-time-budget=60000")
    (found,) = re.findall(r'<html[^>]* data-seen="([^"]*)"', dumped)
    ours, strange, big = json.loads(unescape(found))
    assert ours["clusters"] == example.count("subgraph")
    assert ours["links"] == len(re.findall(r"^  \w+ [-=]", example, re.MULTILINE))
    assert ours["nodes"] == len(re.findall(r"^  \w+[\[>(]", example, re.MULTILINE))
    assert ours["colored"] == example.count(" around") > 3
    assert {"MessageHub.instance", "chat.handlers.session"} <= {*ours["labels"]}
    assert strange["clusters"] == len(names)
    assert not {"script", "img", "a"} & {*strange["elements"]}
    titles = {f"{one_line(name)}: high confidence, one instance" for name in names}
    assert titles <= {*strange["labels"]}
    assert "Maximum" in str(big) or "edges" in str(big), "as the command warns"


def test_the_policy_lets_the_page_s_own_script_run_and_a_hostile_project_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "<img src=x onerror=document.title=1>"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    (folder / "<script>document.title=1<").mkdir()
    (folder / "<script>document.title=1<" / "x.py").write_text(
        "import functools\n\n\nclass C: ...\n\n\n@functools.cache\ndef get():\n    return C()\n",
        encoding="utf-8",
    )
    page = tmp_path / "map.html"
    write_page(folder, page, monkeypatch)
    dumped = browse(page, tmp_path / "profile", "--dump-dom")
    assert '<html lang="en" class="live">' in dumped
    assert "<img" not in dumped
    assert dumped.count("<script") == 1
    assert re.findall("<title>(.*?)</title>", dumped)[0].startswith("&lt;img src=x")
