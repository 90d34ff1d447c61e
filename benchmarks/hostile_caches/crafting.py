"""Makes absurd values of honest ones, mostly of the same form: they pass for what they pretend to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

NUMBERS: Final = (
    0,
    1,
    -1,
    2,
    255,
    256,
    10**6,
    2**31 - 1,
    2**32 - 1,
    -(2**31),
    2**63 - 1,
    -(2**63),
    2**64 - 1,
)
STRINGS: Final = (
    "", " ", ".", "()", "[]", "a.b.c.d", "no.such.module.Name()", "<locals>", "<super>", "*", "None",
    "\x1b]0;owned\x07", "\x1b[2J\x1b[31mfine", "\x1b]8;;http://example.invalid\x1b\\", "\u202egnp.exe",
    "\n::error file=a.py::forged", "\r\n\r\nforged: line", "\0", "\x9b31m", "\ufeff", "\U000e0041",
    "../../outside/precious.py", "/etc/passwd", "/dev/zero", "app/../../outside/precious.py", "~/.bashrc",
    "__import__('os').system('touch owned')", "os.abort", "builtins.exec", "lambda: 0", "'''", '"', "\\",
    "SST999", "SST101", "SST101\nimport os", "noqa", "<script>alert(1)</script>", "]]>", "%s%n{0.__class__}",
    "1e999", "NaN", "a" * 100_000, "a." * 20_000 + "a", "()" * 20_000, "[]" * 20_000, "\U0001f600" * 1_000,
)  # fmt: skip
_MOST_TIMES: Final = (0, 2, 50, 3_000)

Place = tuple[Any, Any]
"""A list or dict, and the index or key of one value in it."""


def crafted(value: Any, chance: random.Random) -> Any:
    """Return a value with one or several absurd changes; what it was made of isn't kept."""
    holder = [value]
    for _ in range(chance.choice((1, 1, 1, 2, 5, 40))):
        places = list(_places(holder))
        _change(*chance.choice(places), places, chance)
    return holder[0]


def _places(holder: Any) -> Iterator[Place]:
    waiting = [holder]
    while waiting:
        inside = waiting.pop()
        pairs = inside.items() if isinstance(inside, dict) else enumerate(inside)
        for key, value in pairs:
            yield inside, key
            if isinstance(value, list | dict):
                waiting.append(value)


def _change(inside: Any, key: Any, places: list[Place], chance: random.Random) -> None:
    value = inside[key]
    other_inside, other_key = chance.choice(places)
    if chance.random() < 0.15:  # what stands elsewhere, whatever it is: facts that contradict one another
        inside[key] = other_inside[other_key]
        if _is_within(inside, inside[key]):
            inside[key] = value
    elif isinstance(value, bool) or value is None:
        inside[key] = chance.choice((not value, value, None, "", 0))
    elif isinstance(value, int):
        inside[key] = chance.choice((*NUMBERS, value + 1, value - 1, -value))
    elif isinstance(value, str):
        inside[key] = _text(value, places, chance)
    elif isinstance(value, bytes):
        inside[key] = _bytes(value, chance)
    elif isinstance(value, list):
        _change_list(value, places, chance)
    elif isinstance(value, dict):
        _change_dict(value, places, chance)
    else:
        inside[key] = chance.choice((0, "", None, 1.5))


def _text(value: str, places: list[Place], chance: random.Random) -> str:
    others = [inside[key] for inside, key in chance.sample(places, min(40, len(places)))]
    strings = [other for other in others if isinstance(other, str)] or [""]
    other = chance.choice(strings)
    return chance.choice(
        (
            chance.choice(STRINGS),
            chance.choice(STRINGS),
            other,
            f"{value}.{other}",
            f"{value}{chance.choice(('()', '[]', '.x', '()()', '[][]'))}",
            value + chance.choice(STRINGS),
            value.rpartition(".")[0],
        )
    )


def _bytes(value: bytes, chance: random.Random) -> bytes:
    cut = chance.randrange(len(value) + 1)
    return chance.choice(
        (
            value[:cut],
            value + value[:cut],
            value * 3,
            b"",
            bytes(len(value)),
            b"\xff" * len(value),
            chance.randbytes(len(value)),
            value[:cut] + chance.randbytes(1) + value[cut + 1 :],
        )
    )


def _change_list(value: list[Any], places: list[Place], chance: random.Random) -> None:
    way = chance.randrange(5)
    if way == 0:
        chance.shuffle(value)
    elif way == 1 and value:
        value.insert(chance.randrange(len(value)), value[chance.randrange(len(value))])
    elif way == 2 and value:
        del value[chance.randrange(len(value))]
    elif way == 3 and len(value) <= 50:
        value[:] = value * chance.choice(_MOST_TIMES)
    else:
        inside, key = chance.choice(places)
        if not _is_within(value, inside[key]):
            value.append(inside[key])


def _change_dict(value: dict[Any, Any], places: list[Place], chance: random.Random) -> None:
    if not value:
        return
    key = chance.choice(list(value))
    way = chance.randrange(3)
    if way == 0 and isinstance(key, str):
        name = _text(key, places, chance)
        value[name] = value.pop(key)
    elif way == 1:
        other = chance.choice(list(value))
        value[key], value[other] = value[other], value[key]
    else:
        del value[key]


def _is_within(wanted: Any, value: Any) -> bool:
    """Whether a list or dict is another one or stands in it: what held itself could not be encoded."""
    if value is wanted:
        return True
    return isinstance(value, list | dict) and any(inside[key] is wanted for inside, key in _places(value))
