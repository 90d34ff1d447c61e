"""What can be configured, and what each setting is for: the validation and ``--show-settings`` go by it."""

from __future__ import annotations

import enum
from typing import Final

import msgspec

from ssot_lint.settings import Settings


class Kind(enum.Enum):
    """What a setting takes."""

    FOLDERS = "a list of folders"
    CODES = "a list of codes, or of prefixes of codes"
    CONFIDENCE = "a confidence"
    BOOLEAN = "true or false"
    PATTERNS = "a list of patterns, as in a .gitignore file"
    DOTTED_NAMES = "a list of dotted names"
    NAMES = "a list of names"
    BASES = "a list of classes by their dotted names"
    CODES_BY_PATTERN = "a table of patterns with lists of codes"
    DECLARATIONS = "an array of tables"
    PATH = "a dotted name"
    PATHS = "a dotted name, or a list of them"
    SCOPE = "`process`, `keyed` or `context`"
    OWNERS = "a list of names and patterns"


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """A setting: its key, what it takes, what it is for in Markdown, and how it is written."""

    key: str
    kind: Kind
    text: str
    example: str
    """A TOML document that holds the setting alone, with a value that isn't the default."""
    option: str | None = None
    """The option of the command line, where there is one beside ``--config``."""

    @property
    def field(self) -> str:
        """The name of the setting in ``Settings``."""
        return self.key.replace("-", "_")

    @property
    def default(self) -> object:
        """What holds when nobody says otherwise."""
        return getattr(Settings(), self.field)


SETTINGS: Final = (
    Described(
        key="src",
        kind=Kind.FOLDERS,
        text="The folders that imports start from, relative to the project's root. Without any, what "
        "`pyproject.toml` tells the build backend counts, then the usual layouts: `src/`, packages beside "
        "the configuration, namespace packages.",
        example='src = ["src", "services/chat"]',
        option="--src",
    ),
    Described(
        key="select",
        kind=Kind.CODES,
        text="The rules to report, by their codes or by prefixes of them. Of all prefixes in `select` "
        "and `ignore` that fit a code the longest decides. A rule that is opt-in is only chosen by its whole "
        "code.",
        example='select = ["SST1", "SST201"]',
        option="--select",
    ),
    Described(
        key="ignore",
        kind=Kind.CODES,
        text="The rules not to report, by their codes or by prefixes of them.",
        example='ignore = ["SST503"]',
        option="--ignore",
    ),
    Described(
        key="extend-select",
        kind=Kind.CODES,
        text="Rules to report besides those of `select`: the place for rules that are opt-in. On the command "
        "line it adds to what the file says.",
        example='extend-select = ["SST408"]',
        option="--extend-select",
    ),
    Described(
        key="extend-ignore",
        kind=Kind.CODES,
        text="Rules not to report besides those of `ignore`. On the command line it adds to what the file "
        "says.",
        example='extend-ignore = ["SST504"]',
        option="--extend-ignore",
    ),
    Described(
        key="min-confidence",
        kind=Kind.CONFIDENCE,
        text="How sure a finding has to be to be reported: `high`, `medium` or `low`.",
        example='min-confidence = "medium"',
        option="--min-confidence",
    ),
    Described(
        key="check-tests",
        kind=Kind.BOOLEAN,
        text="Whether all rules hold in test code, too. Without it tests may construct what they test.",
        example="check-tests = true",
        option="--check-tests",
    ),
    Described(
        key="test-paths",
        kind=Kind.PATTERNS,
        text="Which files are test code. What stands in them is no evidence for what is managed.",
        example='test-paths = ["tests/", "specs/"]',
        option="--test-paths",
    ),
    Described(
        key="exclude",
        kind=Kind.PATTERNS,
        text="Files and folders that are neither checked nor read, besides what `.gitignore` files name and "
        "besides virtual environments, caches and build products. It also holds for paths that are given by "
        "name, as pre-commit does.",
        example='exclude = ["vendor/", "*_pb2.py"]',
        option="--exclude",
    ),
    Described(
        key="infer",
        kind=Kind.BOOLEAN,
        text="Whether the linter works out by itself which classes are managed. Without it only those are "
        "that are declared, here or by a comment on the class line.",
        example="infer = false",
        option="--infer",
    ),
    Described(
        key="context-names",
        kind=Kind.DOTTED_NAMES,
        text="Further classes and parameters that stand for a user, a tenant or a request, with `*` for "
        "anything: SST206 and SST207 look for what is kept of them where all users meet.",
        example='context-names = ["Visitor", "app.auth.*"]',
    ),
    Described(
        key="per-file-ignores",
        kind=Kind.CODES_BY_PATTERN,
        text="Codes that aren't reported in the files that a pattern (as in a `.gitignore` file) matches. A "
        "pattern that matches no file is reported.",
        example='per-file-ignores = { "scripts/*" = ["SST101"] }',
        option="--per-file-ignores",
    ),
    Described(
        key="copied-bases",
        kind=Kind.BASES,
        text="Classes that give each instance, also of their subclasses, a copy of what a class body binds: "
        "no SST201 there. Pydantic's models and the like are known.",
        example='copied-bases = ["app.orm.Record"]',
    ),
    Described(
        key="declarative-bases",
        kind=Kind.BASES,
        text="Classes in whose subclasses the attributes of the class body are declarations, meant to be "
        "shared: no SST202 there.",
        example='declarative-bases = ["app.ui.Form"]',
    ),
    Described(
        key="declarative-names",
        kind=Kind.NAMES,
        text="Names, with `*` for anything, of attributes that are such declarations in any class, and of "
        "nested classes all of whose attributes are.",
        example='declarative-names = ["columns", "Options"]',
    ),
    Described(
        key="managed",
        kind=Kind.DECLARATIONS,
        text="Declares managed classes, one in each entry.",
        example='[[managed]]\nclass = "app.ws.manager.WebSocketManager"\nfactory = "app.ws.get_manager"',
    ),
)
"""All settings, in the order in which the documentation has them."""


class DescribedKey(msgspec.Struct, frozen=True):
    """A key of a ``[[tool.ssot-lint.managed]]`` entry."""

    key: str
    kind: Kind
    text: str
    is_required: bool = False


MANAGED: Final = (
    DescribedKey(
        "class",
        Kind.PATH,
        "The class, by the path of any import that leads to it. It may be another package's, and may be a "
        "function that constructs, as `sqlalchemy.create_engine`.",
        is_required=True,
    ),
    DescribedKey(
        "factory",
        Kind.PATHS,
        "The functions, methods or classes that hand the instances out. They may construct; all others are "
        "to go through them.",
    ),
    DescribedKey("factories", Kind.PATHS, "Another spelling of `factory`."),
    DescribedKey(
        "scope",
        Kind.SCOPE,
        "Whether there is one instance for the process, one for each key (a user, a tenant), or one for each "
        "context (a request). Without it what the code shows counts, else `process`.",
    ),
    DescribedKey(
        "canonical",
        Kind.PATH,
        "The module that everybody is to import the class from (SST505).",
    ),
    DescribedKey(
        "allow",
        Kind.OWNERS,
        "Further code that may construct: dotted names of modules, classes or functions, with `*` for "
        "anything, or patterns of files, which have a `/` in them or end with `.py`.",
    ),
)
"""The keys of a ``[[tool.ssot-lint.managed]]`` entry, in the order in which the documentation has them."""
