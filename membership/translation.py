"""Register translated fields, then history. In the other order a change in French only would leave no event."""

import pghistory
from modeltranslation.translator import TranslationOptions, register

from membership.models import (
    Accreditation,
    Entity,
    EntityName,
    EntityStatus,
    Group,
    GroupMembership,
    Role,
    VotingSuspension,
)


@register(Group)
class GroupOptions(TranslationOptions):
    fields = ("name", "sort_key")


pghistory.track(exclude=["name", "sort_key"])(Group)
for model in (Entity, Role, Accreditation):
    pghistory.track()(model)
# Protocol officers can remove a row that was entered by mistake.
for model in (EntityName, EntityStatus, VotingSuspension, GroupMembership):
    pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())(model)
