"""The page of the map, looked at in a real browser: it isn't blank, and everything is where it belongs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest
from PIL import Image

from ssot_lint.cli import main

EXAMPLE: Final = Path(__file__).parents[1] / "examples" / "chat_backend" / "before"
CHROMIUM: Final = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
WIDTH, HEIGHT = 1400, 1000

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")

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
    bypasses: boxes(article, "user.around"),
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


def probed(text: str) -> str:
    """Return the page with a script of ours at its end, and without the policy that wouldn't let it run."""
    text, count = re.subn(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    assert count == 1
    return text.replace("</body>", f"<script>{{{PROBE}}}</script></body>")


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
    assert sorted(around, key=lambda count: not count) == around
    assert seen["bypassed"] == [count for count in around if count]
    assert seen["searched"] == ["chat.hub.MessageHub"]
    assert seen["told"] == "1 shown"
    assert seen["nothing"] == [0, False]
    assert seen["opened"] is True


def test_the_picture_shows_both_roads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the colours of a screenshot, of the page as it is."""
    page, shot = tmp_path / "map.html", tmp_path / "map.png"
    write_page(EXAMPLE, page, monkeypatch)
    browse(page, tmp_path / "profile", f"--screenshot={shot}")
    with Image.open(shot) as image:
        assert image.size == (WIDTH, HEIGHT)
        counted = image.convert("RGB").getcolors(WIDTH * HEIGHT) or []
    colors = {color: count for count, color in counted}
    through, around, class_ = (0x0F, 0x76, 0x6E), (0xC2, 0x41, 0x0C), (0x17, 0x21, 0x1F)
    assert colors[through] > 500
    assert colors[around] > 500
    assert colors[class_] > 2000
    assert max(colors.values()) < WIDTH * HEIGHT * 0.9


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
