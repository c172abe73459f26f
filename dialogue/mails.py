from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from dialogue.models import Contribution
from foundation.mail.services import Message, absolute, mail_composer


@mail_composer("dialogue.moderated")
def moderated(*, language: str, contribution_id: int, edit_version: int) -> Message | None:
    """Return the email about the decision; None if a newer decision has replaced it, which has its own email."""
    rows = Contribution.objects.select_related("topic__dialogue")
    row = rows.filter(pk=contribution_id, edit_version=edit_version).first()
    if row is None:
        return None
    dialogue = row.topic.dialogue
    context = {
        "contribution": row,
        "dialogue": dialogue,
        "question": row.topic.question,
        "link": absolute(f"{dialogue.get_absolute_url()}#c-{row.pk}"),
    }
    title = " ".join(dialogue.title.split())
    return Message(
        subject=_("Your contribution: %(dialogue)s") % {"dialogue": title[:120]},
        text=render_to_string("dialogue/moderated_email.txt", context),
    )
