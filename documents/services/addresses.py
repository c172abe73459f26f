"""Short addresses."""

from typing import Any

from django.db import transaction

from documents.models import ShortAddress
from documents.permissions import EDITORS, require_role


@transaction.atomic
def set_short_address(*, alias: str, target: str, actor: Any) -> ShortAddress:
    """Create the short address `/go/<alias>`, or change the target of an existing one."""
    require_role(actor, *EDITORS)
    address, created = ShortAddress.objects.get_or_create(alias=alias, defaults={"target": target})
    if not created and address.target != target:
        address.target = target
        address.save(update_fields=["target"])
    return address
