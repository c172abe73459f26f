from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from foundation.editing import lock_unchanged
from foundation.editing.checked import save_checked
from foundation.refusals import Refused, check_row, checked_names
from foundation.text import fold, in_languages
from membership.models import Entity
from schedule.models import (
    Appearance,
    AppearanceCapacity,
    AppearanceState,
    Interpretation,
    InterpretationLanguage,
    Occasion,
    Slot,
)
from schedule.permissions import edited_by

APPEARANCE_COLUMNS = (
    "name",
    "name_key",
    "function_en",
    "function_fr",
    "function_es",
    "entity",
    "capacity",
    "state",
)


def _name_key(name: str) -> str:
    return fold(name)[: Appearance._meta.get_field("name_key").max_length]


def add_appearance(
    *,
    occasion: Occasion,
    slot: Slot | None,
    name: str,
    function: str | Mapping[str, str] = "",
    entity: Entity | None = None,
    capacity: str = AppearanceCapacity.SPEAKER,
    state: str = AppearanceState.INVITED,
    actor: Any = None,
) -> Appearance:
    if slot is not None and slot.occasion_id != occasion.pk:
        raise Refused(_("This slot belongs to another meeting or workshop. Choose a slot of this one."))
    name = checked_names(name=name)["name"]
    appearance = Appearance(
        occasion=occasion,
        slot=slot,
        name=name,
        name_key=_name_key(name),
        entity=entity,
        capacity=capacity,
        state=state,
        position=occasion.appearances.filter(slot=slot).count(),
        **in_languages("function", function),
    )
    check_row(appearance)
    with edited_by(actor):
        appearance.save()
    return appearance


def edit_appearance(*, appearance: Appearance, expected: int, actor: Any = None, **values: Any) -> None:
    if "name" in values:
        values |= checked_names(name=values["name"])
        values["name_key"] = _name_key(values["name"])
    with edited_by(actor):
        save_checked(appearance, expected=expected, allowed=APPEARANCE_COLUMNS, **values)


def remove_appearance(*, appearance: Appearance, expected: int, actor: Any = None) -> None:
    with edited_by(actor):
        lock_unchanged(appearance, expected).delete()


def set_interpretation(*, slot: Slot, languages: Sequence[str], actor: Any = None) -> None:
    with edited_by(actor):
        write_interpretation(slot, languages)


def write_interpretation(slot: Slot, languages: Sequence[str]) -> None:
    unknown = set(languages) - set(InterpretationLanguage.values)
    if unknown:
        raise Refused(
            _("The portal does not support the language “%(language)s”.") % {"language": ", ".join(sorted(unknown))}
        )
    slot.interpretations.exclude(language__in=languages).delete()
    held = set(slot.interpretations.values_list("language", flat=True))
    Interpretation.objects.bulk_create(
        Interpretation(slot=slot, language=language) for language in sorted(set(languages) - held)
    )
