"""All planters: who adds one adds it here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from benchmarks.seeded_recall.planters.bypass import (
    ForgedTokenByHand,
    ImportOfPrivateClass,
    ReadOfRegistry,
    WriteToRegistry,
)
from benchmarks.seeded_recall.planters.construction import (
    CopyOfInstance,
    Detour,
    DetourThroughInstance,
    DirectCall,
    SubclassCall,
)
from benchmarks.seeded_recall.planters.fail_open import FallbackInFactory, SkippedValidation
from benchmarks.seeded_recall.planters.sources import (
    CompetingFactory,
    CopyOfClass,
    ImportOverOtherPath,
    SecondName,
    StandIn,
)

if TYPE_CHECKING:
    from benchmarks.seeded_recall.packages import Subject
    from benchmarks.seeded_recall.scene import Scene


class Planter(Protocol):
    """Plants violations of one code."""

    code: str

    def wants(self, subject: Subject) -> bool:
        """Tell whether violations about this managed class are possible."""

    def plant(self, scene: Scene) -> str:
        """Write one violation, marked at the line to be reported, and return its spelling.

        Misfit when it can't be done in this scene.
        """


PLANTERS: Final[tuple[Planter, ...]] = (
    DirectCall(),
    Detour(),
    DetourThroughInstance(),
    CopyOfInstance(),
    SubclassCall(),
    ImportOfPrivateClass(),
    ReadOfRegistry(),
    WriteToRegistry(),
    SkippedValidation(),
    FallbackInFactory(),
    ForgedTokenByHand(),
    CopyOfClass(),
    StandIn(),
    CompetingFactory(),
    SecondName(),
    ImportOverOtherPath(),
)
