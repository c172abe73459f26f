"""Audiences: who may read a document, an agenda or a paper."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from membership.models import Person, Rights


class Audience(models.TextChoices):
    """Audiences, from the narrowest to the widest. Editors, publishers and translators read all of them."""

    STAFF = "staff", _("staff")
    MEMBER_STATES = "member-states", _("Member States")
    DELEGATIONS = "delegations", _("all delegations")
    PUBLIC = "public", _("public")


def audiences_of(person: Person | None, now: dt.datetime) -> set[str]:
    """Return a person's audiences at that moment: `filter(audience__in=audiences_of(person, now))`.

    None is the public and costs no query.
    """
    return audiences_of_rights(person.rights_on(now.date()) if person else Rights())


def audiences_of_rights(rights: Rights) -> set[str]:
    audiences = {Audience.PUBLIC.value}
    if rights.reads_for_staff:
        return set(Audience.values)
    if rights.acts_for_delegation:
        audiences.add(Audience.DELEGATIONS.value)
    if rights.acts_for_member_state:
        audiences.add(Audience.MEMBER_STATES.value)
    return audiences
