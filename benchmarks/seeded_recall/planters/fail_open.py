"""SST304 and SST305: factories that go on when a validation can't be made, or when something fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.seeded_recall.draft import Misfit
from benchmarks.seeded_recall.sites import marked

if TYPE_CHECKING:
    from benchmarks.seeded_recall.packages import Subject
    from benchmarks.seeded_recall.scene import Scene

_WORDS = ("validate", "verify", "check", "enforce", "ensure", "assert", "authorize", "audit", "guard")
_HANDLERS = ("ImportError", "ModuleNotFoundError", "(ImportError, AttributeError)", "Exception", "")
_SILENCES = (
    "pass",
    "...",
    'print("no validation")',
    'logging.getLogger(__name__).warning("no validation")',
    'logging.debug("unavailable", exc_info=True)',
    "checked = False",
    "return {made}",
)

SKIPPED = {
    "tried": "try:\n    from {m} import {g}\n\n    {g}({s})\nexcept {e}:  {mark}\n    {silence}",
    "tried-renamed": (
        "try:\n    from {m} import {g} as check_it\n\n    check_it({s})\nexcept {e}:  {mark}\n    {silence}"
    ),
    "tried-module": "try:\n    import {m} as checks\n\n    checks.{g}({s})\nexcept {e}:  {mark}\n"
    "    {silence}",
    "else": "try:\n    from {m} import {g}\nexcept {i}:  {mark}\n    {silence}\nelse:\n    {g}({s})",
    "tested": (
        "try:\n    from {m} import {g}\n\n    if not {g}({s}):\n        raise RuntimeError\n"
        "except {i}:  {mark}\n    {silence}"
    ),
    "suppressed": "with contextlib.suppress(ImportError):  {mark}\n    from {m} import {g}\n\n    {g}({s})",
    "suppressed-short": "with suppress(ModuleNotFoundError):  {mark}\n    from {m} import {g}\n\n"
    "    {g}({s})",
    "swallowed": "try:\n    {own}({s})\nexcept Exception:  {mark}\n    {silence}",
    "swallowed-own": "try:\n    {own}({s})\nexcept ValueError as error:  {mark}\n    print(error)",
    "swallowed-bare": "try:\n    {own}({s})\nexcept:  {mark}\n    {silence}",
    "swallowed-suppressed": "with contextlib.suppress(Exception):  {mark}\n    {own}({s})",
    "swallowed-base": "try:\n    {own}({s})\nexcept BaseException:  {mark}\n    {silence}",
    "found": ("if importlib.util.find_spec('{m}'):  {mark}\n    from {m} import {g}\n\n    {g}({s})"),
    "found-not-none": (
        "if importlib.util.find_spec('{m}') is not None:  {mark}\n    from {m} import {g}\n\n    {g}({s})"
    ),
    "outer": (
        "try:\n    try:\n        from {m} import {g}\n    except ImportError as error:\n"
        "        raise RuntimeError('unchecked') from error\n    {g}({s})\nexcept Exception:  {mark}\n"
        "    {silence}"
    ),
    "name-none": (
        "try:\n    from {m} import {g}\nexcept ImportError:  {mark}\n    {g} = None\n"
        "if {g} is not None:\n    {g}({s})"
    ),
    "name-none-truth": (
        "try:\n    from {m} import {g}\nexcept ImportError:  {mark}\n    {g} = None\nif {g}:\n    {g}({s})"
    ),
    "flag": (
        "try:\n    from {m} import {g}\n\n    has_checks = True\nexcept ImportError:  {mark}\n"
        "    has_checks = False\nif has_checks:\n    {g}({s})"
    ),
    "stand-in": (
        "try:\n    from {m} import {g}\nexcept ImportError:  {mark}\n    def {g}(*args):\n"
        "        return None\n{g}({s})"
    ),
    "stand-in-lambda": (
        "try:\n    from {m} import {g}\nexcept ImportError:  {mark}\n    {g} = lambda *args: True\n{g}({s})"
    ),
    "unread": "{own_bool}({s})  {mark}",
    "unread-assigned": "checked = {own_bool}({s})  {mark}",
}
AT_TOP = {
    "top-flag": (
        (
            "try:\n    from {m} import {g}\n\n    HAS_{u} = True\nexcept ImportError:  {mark}\n"
            "    HAS_{u} = False"
        ),
        "if HAS_{u}:\n    {g}({s})",
    ),
    "top-flag-first": (
        (
            "HAS_{u} = False\ntry:\n    from {m} import {g}\n\n    HAS_{u} = True\n"
            "except ImportError:  {mark}\n    pass"
        ),
        "if HAS_{u}:\n    {g}({s})",
    ),
    "top-none": (
        "try:\n    from {m} import {g}\nexcept ImportError:  {mark}\n    {g} = None",
        "if {g} is not None:\n    {g}({s})",
    ),
    "top-none-truth": (
        "try:\n    from {m} import {g}\nexcept ImportError:  {mark}\n    {g} = None",
        "if {g}:\n    {g}({s})",
    ),
    "top-stand-in": (
        (
            "try:\n    from {m} import {g}\nexcept ImportError:  {mark}\n    def {g}(*args):\n"
            "        return None"
        ),
        "{g}({s})",
    ),
}
_OWN = "def {own}(value):\n    if not value:\n        raise ValueError(value)"
_OWN_BOOL = "def {own_bool}(value) -> bool:\n    return bool(value)"

FALLBACKS = {
    "except": "try:\n    int('1')\nexcept Exception:\n    return {made}",
    "except-logged": "try:\n    int('1')\nexcept ValueError as error:\n    print(error)\n    return {made}",
    "except-variable": "try:\n    int('1')\nexcept Exception:\n    fallback = {made}\n    return fallback",
    "except-changed": (
        "try:\n    int('1')\nexcept Exception:\n    fallback = {made}\n    fallback.is_fallback = True\n"
        "    return fallback"
    ),
    "bare": "try:\n    int('1')\nexcept:\n    return {made}",
    "twice": (
        "try:\n    int('1')\nexcept Exception:\n    try:\n        int('2')\n    except Exception:\n"
        "        return {made}"
    ),
    "several": "try:\n    int('1')\nexcept (ValueError, KeyError):\n    return {made}",
    "unavailable": "if not AVAILABLE_{u}:\n    return {made}",
    "available-else": "if AVAILABLE_{u}:\n    print('shared')\nelse:\n    return {made}",
    "helper": "try:\n    int('1')\nexcept Exception:\n    return emergency_{u}()",
    "conditional": "try:\n    int('1')\nexcept Exception:\n    return {made} if print else None",
}
_FLAG = "try:\n    import redis\n\n    AVAILABLE_{u} = True\nexcept ImportError:\n    AVAILABLE_{u} = False"
_HELPER = "def emergency_{u}():\n    return {made}"


class SkippedValidation:
    """A validation that can't be imported, or says no, is passed over in the factory."""

    code = "SST304"

    def wants(self, subject: Subject) -> bool:
        """There is a factory whose text can be changed."""
        return any(way.module == subject.module for way in subject.ways) and bool(subject.owner_path)

    def plant(self, scene: Scene) -> str:
        """Plant the validation at the start of the factory, called on its key or on an instance."""
        subject = scene.subject
        way = next(way for way in subject.ways if way.module == subject.module)
        top = subject.module.partition(".")[0]
        word, stem = scene.random.choice(_WORDS), scene.word().lower()
        guard = f"{word}_{stem}"
        silence = scene.random.choice(_SILENCES)
        made = f"{subject.name}({subject.arguments})"
        subject_text = "user_id" if way.arguments else "candidate"
        values = {
            "m": f"{top}.checks_{stem}",
            "g": guard,
            "own": f"{word}_own_{stem}",
            "own_bool": f"{word}_bool_{stem}",
            "s": subject_text,
            "mark": scene.mark,
            "u": stem.upper(),
            "e": scene.random.choice(_HANDLERS),
            "i": scene.random.choice(_HANDLERS[:3]),
            "silence": silence.format(made="None") if "return" not in silence else "pass",
            "made": made,
        }
        kind = scene.random.choice([*SKIPPED, *AT_TOP])
        before, text = AT_TOP.get(kind, ("", SKIPPED.get(kind, "")))
        block = text.format(**values).replace("except :", "except:")
        if subject_text == "candidate":
            if not subject.is_planted or not subject.slots:
                raise Misfit("nothing to validate")
            block = _on_slot(subject, block)
        scene.draft.insert_in(subject.owner_path, way.name, block)
        tops = [before.format(**values)]
        tops += [_OWN.format(**values)] if "{own}" in text else []
        tops += [_OWN_BOOL.format(**values)] if "{own_bool}" in text else []
        tops += ["import contextlib\nfrom contextlib import suppress\nimport importlib.util\nimport logging"]
        scene.draft.insert_import(subject.owner_path, "\n".join(filter(None, tops)))
        return f"{kind} of {way.name.rpartition('.')[2][:4]}..."


def _on_slot(subject: Subject, block: str) -> str:
    """Return the block called on the slot of the subject."""
    slot = subject.slots[0].name
    owner, _, last = slot.rpartition(".")
    return block.replace("candidate", f"cls.{last}" if owner else slot)


class FallbackInFactory:
    """A factory makes another instance when something fails."""

    code = "SST305"

    def wants(self, subject: Subject) -> bool:
        """There is a factory that keeps, whose text can be changed."""
        kept = subject.slots or subject.registries or subject.token
        return bool(kept) and any(way.module == subject.module for way in subject.ways)

    def plant(self, scene: Scene) -> str:
        """Plant the fallback at the start of the factory."""
        subject = scene.subject
        way = next(way for way in subject.ways if way.module == subject.module)
        kind = scene.random.choice(list(FALLBACKS))
        made = f"{subject.name}({subject.arguments})"
        if way.name.startswith(f"{subject.name}.") and scene.random.random() < 1 / 2 and kind != "helper":
            made = "cls()"
        values = {"made": made, "u": scene.word()}
        text = FALLBACKS[kind].format(**values)
        shown = f"emergency_{values['u']}()" if kind == "helper" else made
        scene.draft.insert_in(subject.owner_path, way.name, marked(scene, text, shown))
        if "available" in kind:
            scene.draft.insert_import(subject.owner_path, _FLAG.format(**values))
        if kind == "helper":
            scene.draft.insert_block(subject.owner_path, _HELPER.format(**values), scene.random)
        return kind
