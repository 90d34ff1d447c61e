"""Turns what was measured into values for a file, a table for the documentation, and a chart."""

from __future__ import annotations

import html
from statistics import median
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from benchmarks.speed.measuring import Item, Taken

BEGIN: Final = "<!-- measured: begin -->"
END: Final = "<!-- measured: end -->"

_ROW: Final = 22
_LABELS: Final = 240
_BARS: Final = 420
_WIDTH: Final = 760


def as_values(
    items: Sequence[Item], taken: Mapping[tuple[str, str], Taken], work: Path
) -> list[dict[str, Any]]:
    """Return all that was measured as plain values; the folder of the work is called WORK in commands."""
    return [
        {
            "name": item.name,
            "title": item.title,
            "base": item.base,
            "runs": [
                {
                    "label": run.label,
                    "command": " ".join(run.command).replace(str(work), "WORK"),
                    "wall": (noted := taken[item.name, run.label]).wall,
                    "cpu": noted.cpu,
                    "memory": noted.memory,
                    "failure": noted.failure,
                }
                for run in item.runs
            ],
        }
        for item in items
    ]


def table(results: Mapping[str, Any]) -> str:
    """Return the medians, and how many times as long as the base each took, as Markdown."""
    machine = results["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in sorted(machine["versions"].items()))
    lines = [
        f"Python {machine['python']}, {machine['system']}, {machine['cores']} cores; {versions}.",
        f"Medians of {results['rounds']} rounds.",
    ]
    for item in results["items"]:
        lines += ["", f"**{item['title']}**", ""]
        lines += ["| program | s | s of all cores | MB | times the base |", "|---|---:|---:|---:|---:|"]
        lines += _rows(item)
    lines += ["", "The commands:", "", "```text", *_commands(results), "```"]
    return "\n".join(lines)


def _rows(item: Mapping[str, Any]) -> Iterator[str]:
    base = _median_of(item, item["base"])
    for run in item["runs"]:
        if run["failure"] or not run["wall"]:
            yield f"| {run['label']} | failed: {run['failure']} | | | |"
            continue
        wall, cpu, memory = (median(run[key]) for key in ("wall", "cpu", "memory"))
        ratio = "base" if run["label"] == item["base"] else f"{wall / base:.3g}" if base else ""
        yield f"| {run['label']} | {wall:.2f} | {cpu:.2f} | {memory:.0f} | {ratio} |"


def _median_of(item: Mapping[str, Any], label: str) -> float | None:
    walls = next(run["wall"] for run in item["runs"] if run["label"] == label)
    return median(walls) if walls else None


def _commands(results: Mapping[str, Any]) -> Iterator[str]:
    """Yield each command once, with the program's name instead of its place."""
    seen: dict[str, str] = {}
    for item in results["items"]:
        for run in item["runs"]:
            program, *arguments = run["command"].split(" ")
            seen.setdefault(run["label"], " ".join([program.rpartition("/")[2], *arguments]))
    width = max(map(len, seen.values()), default=0)
    for label, command in seen.items():
        yield f"{command:<{width}}  # {label}"


def chart(results: Mapping[str, Any]) -> str:
    """Return the median times as bars, item by item, each to its own scale, as SVG."""
    rows: list[str] = []
    y = 0
    for item in results["items"]:
        y += _ROW + 8
        rows.append(_text(0, y, item["title"], "bold"))
        longest = max((median(run["wall"]) for run in item["runs"] if run["wall"]), default=1.0)
        for run in item["runs"]:
            if not run["wall"]:
                continue
            y += _ROW
            wall = median(run["wall"])
            length = max(round(_BARS * wall / longest), 1)
            color = "#2563eb" if "ssot-lint" in run["label"] else "#9ca3af"
            rows.append(_text(0, y, run["label"]))
            rows.append(
                f'<rect x="{_LABELS}" y="{y - 12}" width="{length}" height="15" rx="2" fill="{color}"/>'
            )
            rows.append(_text(_LABELS + length + 6, y, f"{wall:.2f} s"))
    height = y + _ROW
    size = f'viewBox="0 0 {_WIDTH} {height}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="13">',
            "<title>Median time of each program</title>",
            f'<rect width="{_WIDTH}" height="{height}" fill="white"/>',
            *rows,
            "</svg>\n",
        ]
    )


def _text(x: int, y: int, words: str, weight: str = "normal") -> str:
    return f'<text x="{x + 8}" y="{y}" font-weight="{weight}">{html.escape(words)}</text>'


def filled(page: str, measured: str) -> str:
    """Return a page with what was measured between its marks; ValueError when it has none."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{measured}\n{END}{after}"
