"""Gathers what is mutated: pieces of real files, the examples on the rules' pages, generated programs."""

from __future__ import annotations

import ast
import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final

import ssot_lint
from benchmarks.hostile_inputs.mutations import mutated

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Sequence

_BLOCK: Final = re.compile(r"^```python.*\n(?:# [\w/.]+\n)?((?:.*\n)*?)```", re.MULTILINE)
END: Final = ""
"""What parts the examples, which have findings and fixes, from the pieces of files, which hardly have any."""
_LONGEST: Final = 28
"""Lines of a piece, so that many can be tried."""
_GENERATED: Final = 20
"""One of so many inputs is a generated program as it is."""


def pieces(folders: Sequence[Path], most: int, chance: random.Random) -> list[str]:
    """Return pieces of the Python files in folders, some statements each, and the examples of all rules."""
    found = [block for page in _pages() for block in _BLOCK.findall(page.read_text(encoding="utf-8"))]
    found.append(END)
    files = sorted(path for folder in folders for path in folder.rglob("*.py"))
    chance.shuffle(files)
    for path in files:
        if len(found) >= most:
            break
        found += list(_parts(path))[:40]
    return found


def _pages() -> list[Path]:
    rules = Path(ssot_lint.__file__).parent / "rules"
    cases = Path(__file__).parents[2] / "tests" / "cases"
    return sorted([*rules.glob("*.md"), *cases.rglob("*.md")])


def _parts(path: Path) -> Iterator[str]:
    try:
        text = path.read_text(encoding="utf-8")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(text).body
    except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
        return
    lines = text.split("\n")
    start = 0
    for statement in body:
        end = statement.end_lineno or statement.lineno
        if end - start >= _LONGEST // 7:
            if end - start <= _LONGEST:
                yield "\n".join(lines[start:end]) + "\n"
            start = end


def programs(number: int, seed: int) -> list[str]:
    """Return programs that hypothesmith generates; Python accepts all of them."""
    import hypothesmith
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded

    found: list[str] = []

    @seeded(seed)
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(hypothesmith.from_grammar() | hypothesmith.from_node())
    def collect(program: str) -> None:
        found.append(program)

    if number:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            collect()
    return found


def hostile(texts: Sequence[str], generated: Sequence[str], chance: random.Random) -> Iterator[bytes]:
    """Yield inputs without end: mutated pieces, and generated programs, some of them as they are."""
    examples = texts[: texts.index(END)]
    real = [*texts[len(examples) + 1 :], *generated] or examples
    while True:
        if generated and chance.randrange(_GENERATED) == 0:
            yield chance.choice(generated).encode("utf-8", "surrogatepass")
        else:
            yield mutated(chance.choice(chance.choice((examples, real))), texts, chance)
