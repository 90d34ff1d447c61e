"""Libraries that give each instance a copy of a default that stands in the class body.

What is said here of pydantic, msgspec, attrs and dataclasses is held against the real libraries in the tests.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ssot_lint.project.attribute_values import Attribute
    from ssot_lint.project.construction_paths import ConstructionPaths
    from ssot_lint.project.names import Names

_MODEL: Final = re.compile(
    r"(?:pydantic|pydantic_settings|sqlmodel|beanie|fastapi_filter|odmantic|ormar|redis_om|ninja|langchain_core)"
    r"(?:\.\w+)*\.(?:BaseModel|RootModel|BaseSettings|SQLModel|Document|View|Filter|GenericModel|Model|"
    r"EmbeddedModel|Schema|HashModel|JsonModel|Serializable)"
)
_MODEL_FIELD: Final = re.compile(
    r"(?:pydantic|pydantic_settings|sqlmodel)(?:\.\w+)*\.(?:Field|PrivateAttr|ConfigDict|SettingsConfigDict)\(\)"
)
KNOWN_STRUCTS: Final = frozenset({"msgspec.Struct", "msgspec._core.Struct"})
_COPIED_BY_STRUCTS: Final = frozenset({"list", "dict", "set", "bytearray"})
_REFUSING: Final = frozenset({"dataclasses.dataclass", "pydantic.dataclasses.dataclass"})
_HASHABLE: Final = frozenset({"queue", "tuple"})
"""What dataclasses take for immutable, because it can be hashed."""


def copies_default(names: Names, paths: ConstructionPaths, receiver: str, attribute: Attribute) -> bool:
    """Tell whether instances of a class get a copy of a default, or the class can't even be made with it."""
    facts = attribute.facts
    if facts.declared:
        return False
    external = names.external_bases(receiver)
    if any(_MODEL.fullmatch(base) for base in external):
        # a plain class beside the model lends it only what it annotates
        return facts.is_annotated or any(_MODEL.fullmatch(b) for b in names.external_bases(attribute.owner))
    if external and facts.is_annotated and _has_model_fields(names, receiver):
        return True
    if external & KNOWN_STRUCTS and KNOWN_STRUCTS & names.external_bases(attribute.owner):
        return facts.is_annotated and attribute.kind in _COPIED_BY_STRUCTS
    if facts.is_annotated and attribute.kind not in _HASHABLE:
        return bool(paths.record_decorators(attribute.owner) & _REFUSING)
    return False


def _has_model_fields(names: Names, receiver: str) -> bool:
    """Tell whether class bodies speak to a model's metaclass, which a base outside the project must have."""
    return any(
        _MODEL_FIELD.fullmatch(symbol)
        for owner in names.mro(receiver)
        for bound in names.classes[owner].facts.attributes
        for symbol in bound.symbols
    )
