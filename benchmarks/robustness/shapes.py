"""Projects that are huge in one way each, of any size."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


_FACTORY: Final = """\
class Pool:  # ssot: managed factory=get_pool
    kept = ()


def get_pool():
    Pool.kept = Pool.kept or (Pool(),)
    return Pool.kept[0]
"""
_REGISTRY: Final = """\
from app.pool import Pool

_kept = {}


def get_pool(user):
    key = id(user)
    if key not in _kept:
        _kept[key] = Pool(user)
    return _kept[key]


def get_new_pool(user):
    return Pool(user)
"""
_SLOT: Final = """\
import copy
from app.pool import Pool

_pool = None


def get_pool():
    global _pool
    if _pool is None:
        _pool = Pool()
    return _pool


def use():
    return copy.copy(get_pool()) or Pool(name="other")


def read():
    from app.m0 import _pool
    return _pool
"""
_POOL: Final = """\
class Pool:
    def __init__(self, user=None, name=""):
        self.user = user
"""
_LINES_OF_A_FUNCTION: Final = 10
_MEMBERS: Final = 20


def lines(size: int) -> Iterator[tuple[str, str]]:
    """One file with so many lines: functions, and classes with methods."""
    yield (
        "app.py",
        "".join(
            f"def work{number}(value, other=None):\n    made = [value]\n    if other is None:\n"
            f"        other = work{number - 1}(made)\n    made.append(other)\n"
            f"    return made\n\n\nclass Kept{number}:\n    limit = {number}\n"
            for number in range(1, size // _LINES_OF_A_FUNCTION + 1)
        ),
    )


def attributes(size: int) -> Iterator[tuple[str, str]]:
    """One class with so many attributes, none of them wrong."""
    yield "app.py", "class Kept:\n" + "".join(f"    name{number} = {number}\n" for number in range(size))


def own_attributes(size: int) -> Iterator[tuple[str, str]]:
    """One class whose instances have so many attributes, that its methods change."""
    made = "".join(f"        self.name{number} = []\n" for number in range(size))
    used = "".join(
        f"    def add{number}(self, item):\n        self.name{number}.append(item)\n"
        for number in range(size)
    )
    yield "app.py", f"class Kept:\n    def __init__(self):\n{made}\n{used}"


def shared_attributes(size: int) -> Iterator[tuple[str, str]]:
    """One class with so many mutable attributes that a method changes: a finding each."""
    made = "".join(f"    name{number} = []\n" for number in range(size))
    used = "".join(f"        self.name{number}.append(item)\n" for number in range(size))
    yield "app.py", f"class Kept:\n{made}\n    def add(self, item):\n{used}"


def files(size: int) -> Iterator[tuple[str, str]]:
    """So many tiny files, a few to a folder."""
    for number in range(size):
        folder, inner = divmod(number, _MEMBERS)
        if inner == 0:
            yield f"app/p{folder}/__init__.py", ""
        yield f"app/p{folder}/m{inner}.py", f"def work():\n    return {number}\n"


def chain_of_imports(size: int) -> Iterator[tuple[str, str]]:
    """So many files, each of which passes on what the one before has."""
    yield "app/__init__.py", ""
    yield "app/m0.py", _FACTORY
    for number in range(1, size):
        yield f"app/m{number}.py", f"from app.m{number - 1} import Pool, get_pool\n\nmade = get_pool()\n"


def chain_of_classes(size: int) -> Iterator[tuple[str, str]]:
    """So many classes, each of which inherits from the one before."""
    bodies = (f"class C{number}(C{number - 1}):\n    kept{number} = []\n\n\n" for number in range(1, size))
    yield "app.py", "class C0:\n    kept = []\n\n\n" + "".join(bodies)


def subclasses(size: int) -> Iterator[tuple[str, str]]:
    """So many classes that inherit from one."""
    bodies = (f"class C{number}(Base):\n    kept{number} = []\n\n\n" for number in range(size))
    yield "app.py", "class Base:\n    kept = []\n\n\n" + "".join(bodies)


def constructions(size: int) -> Iterator[tuple[str, str]]:
    """So many places in one file that go around a factory: a finding each, with a fix."""
    yield "app/__init__.py", ""
    yield "app/pool.py", _FACTORY
    uses = "".join(f"def use{number}():\n    return Pool()\n\n\n" for number in range(size))
    yield "app/uses.py", f"from app.pool import Pool\n\n\n{uses}"


def classes_made_in_one_file(size: int) -> Iterator[tuple[str, str]]:
    """So many classes with a list that is changed, of which another file makes an object each."""
    each = "class C{0}:\n    xs{0} = []\n\n    def add(self, x):\n        self.xs{0}.append(x)\n\n\n"
    yield "made.py", "".join(each.format(number) for number in range(size))
    uses = "".join(f"def f{number}(x):\n    made.C{number}().add(x)\n\n\n" for number in range(size))
    yield "uses.py", f"import made\n\n\n{uses}"


def users(size: int) -> Iterator[tuple[str, str]]:
    """So many files that each go around a factory once."""
    yield "app/__init__.py", ""
    yield "app/pool.py", _FACTORY
    for number in range(size):
        yield f"app/use{number}.py", "from app.pool import Pool\n\n\ndef use():\n    return Pool()\n"


def registries_of_one_class(size: int) -> Iterator[tuple[str, str]]:
    """So many files, each of which keeps instances of one class in a registry of its own."""
    yield "app/__init__.py", ""
    yield "app/pool.py", _POOL
    for number in range(size):
        yield f"app/m{number}.py", _REGISTRY


def slots_of_one_class(size: int) -> Iterator[tuple[str, str]]:
    """So many files, each of which keeps an instance of one class in a variable of its own."""
    yield "app/__init__.py", ""
    yield "app/pool.py", _POOL
    for number in range(size):
        yield f"app/m{number}.py", _SLOT


def files_of_one_folder(size: int) -> Iterator[tuple[str, str]]:
    """So many tiny files beside each other."""
    for number in range(size):
        yield f"app/m{number}.py", f"def work():\n    return {number}\n"


def duplicates(size: int) -> Iterator[tuple[str, str]]:
    """So many files that define the same class."""
    yield "app/__init__.py", ""
    for number in range(size):
        yield f"app/m{number}.py", "class Pool:\n    def get(self):\n        return 1\n"


def silenced(size: int) -> Iterator[tuple[str, str]]:
    """One file with so many noqa comments, each of which names a code for nothing."""
    yield "app.py", "".join(f"x{number} = {number}  # noqa: SST101\n" for number in range(size))


def entries(size: int) -> Iterator[tuple[str, str]]:
    """One dictionary with so many entries, at module level, and as many that are set one by one."""
    inner = "".join(f"    'k{number}': {number},\n" for number in range(size))
    outer = "".join(f"TABLE['n{number}'] = {number}\n" for number in range(size))
    yield "app.py", f"TABLE = {{\n{inner}}}\n{outer}"


SHAPES: Final[Mapping[str, Callable[[int], Iterator[tuple[str, str]]]]] = MappingProxyType(
    {
        shape.__name__: shape
        for shape in (
            lines,
            attributes,
            own_attributes,
            shared_attributes,
            files,
            chain_of_imports,
            chain_of_classes,
            subclasses,
            constructions,
            classes_made_in_one_file,
            users,
            registries_of_one_class,
            slots_of_one_class,
            files_of_one_folder,
            duplicates,
            silenced,
            entries,
        )
    }
)
