"""Makes hostile files out of real ones: by a seed, so that each can be made again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

_TOKEN: Final = re.compile(r"\w+|[ \t]+|\r?\n|\"\"\"|'''|[^\w\s]")
_WRAPPERS: Final = (
    ("(", ")"),
    ("(", ",)"),
    ("[", "]"),
    ("{1: ", "}"),
    ("f(", ")"),
    ("f(a=", ")"),
    ("d[", "]"),
    ("not ", ""),
    ("- ~", ""),
    ("lambda: ", ""),
    ("lambda a=", ": a"),
    ("", ".a"),
    ("", "()"),
    ("", "[0]"),
    ("a + ", ""),
    ("a ** ", ""),
    ("a or ", ""),
    ("a if b else ", ""),
    ("(x for x in ", ")"),
    ("[x for x in ", "]"),
    ("await ", ""),
    ("(yield ", ")"),
    ("(b := ", ")"),
    ("C(a=", ")"),
    ("*", ""),
    ("f'{", "}'"),
    ("'a' ", ""),
)
_DEPTHS: Final = (1, 2, 3, 5, 8, 12, 20, 30, 60, 95, 150, 199, 400, 900, 3_000)
_ODD: Final = (
    *(
        "\0",
        "\f",
        "\v",
        "\t",
        "\r",
        "\x1a",
        "\x1b",
        "\x7f",
        "\x85",
        "\xa0",
        "\xad",
        "\u200b",
        "\u200e",
        "\u202e",
    ),
    *(
        "\u2028",
        "\u2029",
        "\u3000",
        "\ufeff",
        "\ufb01",
        "\U0001d49c",
        "e\u0301",
        "\u0130",
        "\u1e9e",
        "\U0001f600",
    ),
    *(
        "\ud800",
        "\udfff",
        "\U000e0100",
        "\uff41",
        "\u00b7",
        "\u2118",
        "\u0661",
        "\u00b2",
        "\\\n",
        "\\",
        ";",
        ":=",
    ),
    *('"""', "'''", "f'{", "}'", "#", "@", "->", "...", "1_0", "0x", "1e999", "9" * 5_000, "\\N{DIGIT ONE}"),
)
_COOKIES: Final = (
    *(
        "utf-8",
        "latin-1",
        "ascii",
        "utf-16",
        "utf-32",
        "utf-7",
        "cp932",
        "shift_jis",
        "iso-2022-jp",
        "gb18030",
    ),
    *(
        "rot13",
        "punycode",
        "idna",
        "unicode_escape",
        "raw_unicode_escape",
        "undefined",
        "hex",
        "zlib",
        "mbcs",
    ),
    *("no-such", "utf8-sig", "UTF-8-SIG", "cp037", "utf_16_le", "", "x" * 3_000),
)
_WORDS: Final = (
    *("self", "cls", "super", "_instance", "__new__", "__init__", "__class__", "None", "global", "nonlocal"),
    *(
        "class",
        "def",
        "return",
        "yield",
        "await",
        "async",
        "lambda",
        "match",
        "case",
        "type",
        "import",
        "from",
    ),
    *(
        "del",
        "try",
        "except*",
        "finally",
        "with",
        "while",
        "else",
        "elif",
        "pass",
        "in",
        "is",
        "and",
        "not",
        "if",
    ),
    *("lock", "Lock", "get_instance", "lru_cache", "Manager", "get_manager", "default", "cache", "registry"),
    *("ContextVar", "copy", "deepcopy", "reset", "append", "threading", "validate", "strict", "int", "_"),
)
_COMMENTS: Final = (
    *("# noqa", "# noqa: SST101", "# noqa:SST", "# NoQA : SST201,SST3", "# flake8: noqa", "# type: ignore"),
    *("# ssot: managed", "# ssot: managed factory=f scope=keyed", "# ssot: managed factory=", "# fmt: off"),
)


def mutated(text: str, others: Sequence[str], chance: random.Random) -> bytes:
    """Return a text with some changes, of which all but a few leave most of it as it was."""
    for _ in range(chance.choice((0, 1, 1, 1, 1, 2, 4))):
        text = chance.choice(_MUTATIONS)(text, others, chance)
    return _as_bytes(text, chance)


def _as_bytes(text: str, chance: random.Random) -> bytes:
    """Return the bytes of a text, now and then with a mark, a cookie or newlines that don't fit."""
    kind = chance.randrange(40)
    if kind == 0:
        text = text.replace("\n", "\r\n")
    elif kind == 1:
        text = text.replace("\n", "\r")
    elif kind == 2:
        text = re.sub("\n", lambda _: chance.choice(("\n", "\r\n", "\r", "\f\n", "\n\f")), text)
    elif kind == 3:
        text = text.replace("    ", "\t")
    elif kind == 4:
        text = f"# -*- coding: {chance.choice(_COOKIES)} -*-\n{text}"
    data = (
        text.encode(chance.choice(("latin-1", "utf-16", "cp932")) if kind == 5 else "utf-8", "surrogatepass")
        if kind != 5
        else text.encode("latin-1", "replace")
    )
    if kind in (4, 6) and chance.random() < 0.5:
        data = b"\xef\xbb\xbf" + data
    if kind == 7:
        data = b"\xff\xfe" + data
    if kind == 8 and data:
        at = chance.randrange(len(data))
        data = data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
    if kind == 9:
        data = data[: chance.randrange(len(data) + 1)]
    if kind == 10:
        data = data.rstrip(b"\n") + chance.choice((b"", b"\\", b"\r", b"\f", b" ", b"\\\n", b"#", b"\x1a"))
    return data


def _at_line(text: str, chance: random.Random) -> tuple[list[str], int]:
    lines = text.split("\n")
    return lines, chance.randrange(len(lines))


def _truncated(text: str, _: Sequence[str], chance: random.Random) -> str:
    start, end = sorted((chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)))
    return text[:end] if chance.random() < 0.7 else text[start:]


def _spliced(text: str, others: Sequence[str], chance: random.Random) -> str:
    lines, at = _at_line(text, chance)
    further, start = _at_line(chance.choice(others), chance)
    indent = " " * chance.choice((0, 0, 4, 8))
    return "\n".join([*lines[:at], *(indent + line for line in further[start : start + 12]), *lines[at:]])


def _tokens_swapped(text: str, _: Sequence[str], chance: random.Random) -> str:
    words = _TOKEN.findall(text) or [""]
    i, j = chance.randrange(len(words)), chance.randrange(len(words))
    words[i], words[j] = words[j], words[i]
    return "".join(words)


def _token_changed(text: str, _: Sequence[str], chance: random.Random) -> str:
    words = _TOKEN.findall(text) or [""]
    names = [index for index, word in enumerate(words) if word.isidentifier()] or [0]
    at = chance.choice(names)
    new = chance.choice(("", words[at] * 2, chance.choice(_WORDS), words[chance.choice(names)]))
    if chance.random() < 0.5:
        words[at] = new
    else:
        old = words[at]
        words = [new if word == old else word for word in words]
    return "".join(words)


def _lines_moved(text: str, _: Sequence[str], chance: random.Random) -> str:
    lines, i = _at_line(text, chance)
    j = chance.randrange(len(lines))
    kind = chance.randrange(4)
    if kind == 0:
        lines[i], lines[j] = lines[j], lines[i]
    elif kind == 1:
        lines[i:i] = lines[j : j + chance.choice((1, 3, 40))] * chance.choice((1, 1, 2, 30))
    elif kind == 2:
        del lines[i : i + chance.choice((1, 1, 2, 5))]
    else:
        lines[i] = " " * chance.choice((1, 2, 4, 8)) + lines[i]
    return "\n".join(lines)


def _nested(text: str, _: Sequence[str], chance: random.Random) -> str:
    """Return the text with one of its words deep inside of something."""
    places = [match for match in _TOKEN.finditer(text) if match[0].isalnum()]
    if not places:
        return text
    place, depth = chance.choice(places), chance.choice(_DEPTHS)
    if chance.random() < 0.5:
        before, behind = chance.choice(_WRAPPERS)
        opening, closing = before * depth, behind * depth
    else:
        chosen = [chance.choice(_WRAPPERS) for _ in range(min(depth, 150))]
        opening = "".join(before for before, _ in chosen)
        closing = "".join(behind for _, behind in reversed(chosen))
    return f"{text[: place.start()]}{opening}{place[0]}{closing}{text[place.end() :]}"


def _indented(text: str, _: Sequence[str], chance: random.Random) -> str:
    """Return the text deep inside of blocks."""
    heads = (
        "if a:",
        "while a:",
        "for a in b:",
        "with a:",
        "def f():",
        "class C:",
        "async def f():",
        "else:",
        "try:",
    )
    depth = chance.choice((1, 2, 5, 20, 60, 99, 101))
    head = "".join(f"{' ' * level}{chance.choice(heads[:7])}\n" for level in range(depth))
    return head + "\n".join(" " * depth + line for line in text.split("\n"))


def _odd_inserted(text: str, _: Sequence[str], chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(_ODD) * chance.choice((1, 1, 1, 3)) + text[at:]


def _commented(text: str, _: Sequence[str], chance: random.Random) -> str:
    lines, at = _at_line(text, chance)
    lines[at] += f"  {chance.choice(_COMMENTS)}"
    return "\n".join(lines)


def _matched(text: str, _: Sequence[str], chance: random.Random) -> str:
    """Return the text with a statement of the newer kinds in front of it."""
    kinds = (
        "match x:\n case {}:\n  pass\n",
        "del {}\n",
        "type X[T: {}] = list[T]\n",
        "def f[**P](a: {}): pass\n",
        "try: pass\nexcept* {}: pass\n",
        "with ({} as b, c): pass\n",
        "for {} in b: pass\n",
        "x = f'{{{}!r:>{{w}}}}'\n",
        "@{}\nclass C[T](B): x: T = None\n",
    )
    depth = chance.choice(_DEPTHS[:8])
    before, behind = chance.choice(_WRAPPERS)
    return chance.choice(kinds).format(f"{before * depth}a{behind * depth}") + text


_MUTATIONS: Final = (
    *(_truncated, _spliced, _spliced, _tokens_swapped, _token_changed, _token_changed, _token_changed),
    *(
        _lines_moved,
        _lines_moved,
        _nested,
        _nested,
        _indented,
        _odd_inserted,
        _commented,
        _commented,
        _matched,
    ),
)
