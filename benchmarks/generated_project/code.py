"""Writes the text of a planned module: about as long, and as full, as modules of real projects are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from benchmarks.generated_project.layout import Class, Module

_NOUNS: Final = ("order", "total", "entry", "limit", "owner", "batch", "state", "label", "price", "token")
_VERBS: Final = ("load", "check", "merge", "render", "apply", "collect", "resolve", "update", "measure")
_BYPASSING: Final = 0.02
"""The share of the uses of a managed class that construct it instead of asking its factory."""
_LEAKING: Final = 0.01
"""The share of classes with a list that their instances share and change."""


def text_of(module: Module, random: Random) -> str:
    """Return the text of a module."""
    if module.is_package:
        return "".join(f"{line}\n" for line in _package(module))
    return "".join(f"{line}\n" for line in _module(module, random))


def _package(module: Module) -> Iterator[str]:
    yield f'"""What {module.name} hands on."""'
    names = []
    for each in module.imported:
        shown = [each.name, *([each.factory] if each.factory else [])]
        names += shown
        yield f"from {each.origin} import {', '.join(shown)}"
    yield f"\n__all__ = {sorted(names)!r}"


def _module(module: Module, random: Random) -> Iterator[str]:
    yield f'"""The part of the shop that {module.name.rpartition(".")[2]} is about."""\n'
    yield "from __future__ import annotations\n"
    yield "import logging\nimport os\nfrom collections.abc import Iterable\n"
    for each in module.imported:
        yield f"from {each.home} import {each.factory or each.name}"
    bypassing = [each for each in module.imported if each.factory and random.random() < _BYPASSING]
    for each in bypassing:
        yield f"from {each.home} import {each.name}"
    yield "\nlogger = logging.getLogger(__name__)"
    yield f"LIMIT = {random.randrange(1000)}\nNAMES = {tuple(random.sample(_NOUNS, 4))!r}\n"
    for each in module.classes:
        yield from _class(each, module, random)
    for index in range(int(random.lognormvariate(1.1, 0.8))):
        yield from _function(f"{random.choice(_VERBS)}_{random.choice(_NOUNS)}_{index}", module, random)
    for each in bypassing:
        yield f"\ndef fresh_{each.name.lower()}():\n    return {each.name}({random.choice(_NOUNS)!r})\n"


def _class(made: Class, module: Module, random: Random) -> Iterator[str]:
    leaks = made.factory is None and random.random() < _LEAKING
    yield f"\nclass {made.name}{f'({made.base.name})' if made.base else ''}:"
    yield f'    """Keeps the {random.choice(_NOUNS)} of a {random.choice(_NOUNS)}."""\n'
    yield "    kind = 'plain'"
    if leaks:
        yield "    entries = []"
    yield "\n    def __init__(self, name: str, limit: int = 10) -> None:"
    if made.base:
        yield "        super().__init__(name, limit)"
    yield "        self.name = name\n        self.limit = limit\n        self._seen: dict[str, int] = {}"
    if leaks:
        yield "\n    def add(self, entry: str) -> None:\n        self.entries.append(entry)"
    for index in range(random.choice((2, 3, 4, 6))):
        name = f"{random.choice(_VERBS)}_{index}"
        yield f"\n    def {name}(self, items: Iterable[str], *, deep: bool = False) -> list[str]:"
        yield f'        """Return the items that the {random.choice(_NOUNS)} of this object has."""'
        yield from _statements("self", module, random)
    if made.factory:
        kept = f"_{made.name.lower()}"
        yield f"\n\n{kept}: dict[str, {made.name}] = {{}}\n"
        yield f"\ndef {made.factory}(name: str) -> {made.name}:"
        yield f"    if name not in {kept}:\n        {kept}[name] = {made.name}(name)\n    return {kept}[name]"
    yield ""


def _function(name: str, module: Module, random: Random) -> Iterator[str]:
    yield f"\ndef {name}(items: Iterable[str], deep: bool = False) -> list[str]:"
    yield f'    """{random.choice(_VERBS).capitalize()} what there is of each {random.choice(_NOUNS)}."""'
    body = "\n".join(_statements(None, module, random))
    yield body.replace("\n    ", "\n").removeprefix("    ")
    yield ""


def _statements(owner: str | None, module: Module, random: Random) -> Iterator[str]:
    """Yield the body of a method, or of a function when there's no owner."""
    noun, other = random.sample(_NOUNS, 2)
    yield f"        {noun} = [item.strip() for item in items if item]"
    for kind in random.choices(range(6), k=random.choice((1, 2, 2, 3, 4))):
        if kind == 0:
            yield f"        if len({noun}) > {'self.limit' if owner else 'LIMIT'} and not deep:"
            yield f"            logger.warning('too many in %s: %d', NAMES[0], len({noun}))"
            yield f"            return {noun}[: {random.randrange(9)}]"
        elif kind == 1:
            yield f"        for index, {other} in enumerate({noun}):"
            yield f"            if {other}.startswith({random.choice(_NOUNS)!r}) or index % 2 == 0:"
            yield f"                {noun}[index] = f'{{{other}}}-{{index}}'"
        elif kind == 2:
            yield f"        try:\n            {other} = os.environ[{other.upper()!r}]"
            yield "        except KeyError as error:\n            logger.debug('no %s', error)"
            yield f"            {other} = ''"
            yield f"        {noun}.append({other})"
        elif kind == 3 and owner:
            yield f"        self._seen[self.name] = self._seen.get(self.name, 0) + len({noun})"
            yield f"        {noun}.sort(key=lambda item: (self._seen.get(item, 0), item))"
        elif module.imported:
            used = random.choice(module.imported)
            yield f"        {other} = {used.factory or used.name}({random.choice(_NOUNS)!r})"
            yield f"        {noun}.extend({{'name': {other}.name, 'kind': {other}.kind}}.values())"
        else:
            yield f"        {noun} = sorted({{*{noun}, *NAMES}}, key=len, reverse=deep)"
    yield f"        return {noun}"
