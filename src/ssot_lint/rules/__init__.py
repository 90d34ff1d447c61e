"""The rules, in the order of their codes."""

from __future__ import annotations

from typing import Final

from ssot_lint.rules._base import AnyRule, InspectedFile, Rule
from ssot_lint.rules.captive_dependency import CaptiveDependency
from ssot_lint.rules.competing_factories import CompetingFactories
from ssot_lint.rules.context_in_shared_state import ContextInSharedState
from ssot_lint.rules.copied_instance import CopiedInstance
from ssot_lint.rules.direct_instantiation import DirectInstantiation
from ssot_lint.rules.duplicate_definition import DuplicateDefinition
from ssot_lint.rules.eager_registry_default import EagerRegistryDefault
from ssot_lint.rules.evicting_memoization import EvictingMemoization
from ssot_lint.rules.exposed_mutable_attribute import ExposedMutableAttribute
from ssot_lint.rules.fail_open_guard import FailOpenGuard
from ssot_lint.rules.fallback_construction import FallbackConstruction
from ssot_lint.rules.forged_token import ForgedToken
from ssot_lint.rules.import_fallback_definition import ImportFallbackDefinition
from ssot_lint.rules.indirect_instantiation import IndirectInstantiation
from ssot_lint.rules.instance_state_on_class import InstanceStateOnClass
from ssot_lint.rules.non_canonical_import import NonCanonicalImport
from ssot_lint.rules.null_context_fallback import NullContextFallback
from ssot_lint.rules.private_implementation_import import PrivateImplementationImport
from ssot_lint.rules.registry_access import RegistryAccess
from ssot_lint.rules.registry_write import RegistryWrite
from ssot_lint.rules.reinitialized_singleton import ReinitializedSingleton
from ssot_lint.rules.second_public_name import SecondPublicName
from ssot_lint.rules.shared_default_argument import SharedDefaultArgument
from ssot_lint.rules.shared_module_object import SharedModuleObject
from ssot_lint.rules.shared_mutable_attribute import SharedMutableAttribute
from ssot_lint.rules.subclass_instantiation import SubclassInstantiation
from ssot_lint.rules.unbounded_registry import UnboundedRegistry
from ssot_lint.rules.unguarded_constructor import UnguardedConstructor
from ssot_lint.rules.unknown_name_in_config import UnknownNameInConfig
from ssot_lint.rules.unlocked_get_or_create import UnlockedGetOrCreate
from ssot_lint.rules.unmemoized_factory import UnmemoizedFactory
from ssot_lint.rules.unparsable_file import UnparsableFile
from ssot_lint.rules.unstable_registry_key import UnstableRegistryKey
from ssot_lint.rules.unused_suppression import UnusedSuppression

RULES: Final[tuple[AnyRule, ...]] = (
    UnparsableFile,
    UnknownNameInConfig,
    UnusedSuppression,
    DirectInstantiation,
    IndirectInstantiation,
    CopiedInstance,
    SubclassInstantiation,
    SharedMutableAttribute,
    ExposedMutableAttribute,
    InstanceStateOnClass,
    SharedDefaultArgument,
    SharedModuleObject,
    ContextInSharedState,
    CaptiveDependency,
    PrivateImplementationImport,
    RegistryAccess,
    RegistryWrite,
    FailOpenGuard,
    FallbackConstruction,
    ForgedToken,
    UnmemoizedFactory,
    NullContextFallback,
    UnlockedGetOrCreate,
    UnstableRegistryKey,
    EvictingMemoization,
    EagerRegistryDefault,
    ReinitializedSingleton,
    UnguardedConstructor,
    UnboundedRegistry,
    DuplicateDefinition,
    ImportFallbackDefinition,
    CompetingFactories,
    SecondPublicName,
    NonCanonicalImport,
)

__all__ = ["RULES", "AnyRule", "InspectedFile", "Rule"]
