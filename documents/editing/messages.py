"""Messages of the editor's script. They are here because its JavaScript has no catalogue of its own."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def editor_messages() -> dict[str, str]:
    """Return the messages by the name that the script uses; it fills in `{0}` and `{1}`."""
    return {
        # State of the text.
        "loading": _("Opening the text…"),
        "saving": _("Saving…"),
        "saved": _("Saved {0}"),
        "open": _("All changes saved"),
        "offline": _(
            "No connection. Your changes are stored on this device and will be sent when the connection returns."
        ),
        "offline-idle": _("No connection. You can keep writing; your changes are stored on this device."),
        "signed-out": _("You have been signed out. Your text is stored on this device. Sign in to continue."),
        "refused": _("Your last change was not accepted: {0}"),
        "closed": _("This text can no longer be edited: {0}"),
        "forbidden": _("you no longer have permission"),
        "not-loaded": _("The text could not be loaded. Check your connection and try again."),
        "recovered": _("Unsent changes from an earlier window have been saved."),
        "recovery-refused": _(
            "Unsent changes from an earlier window no longer fit the text. You can copy them from here: {0}"
        ),
        "words-alone": _(
            "The paragraph you were writing in was deleted. Your latest words were moved to a new paragraph:"
        ),
        "words-stayed": _(
            "Someone else was writing in the paragraph you deleted. Their words were moved to a new paragraph:"
        ),
        # Figures.
        "unsound-1": _("1 figure cannot be issued"),
        "unsound": _("{0} figures cannot be issued"),
        "drifted-1": _("1 figure has changed since its review"),
        "drifted": _("{0} figures have changed since their review"),
        "mark-reviewed": _("Mark as reviewed"),
        "found": _("Results: {0}"),
        "figure": _("Figure {0}: {1}"),
        "figure-unread": _("Figure {0}, not loaded yet"),
        "exhibit": _("Exhibit: {0}"),
        "source": _("Source: {0}"),
        "computed": _("computed at {0}"),
        "status-ok": pgettext("figure", "as of now"),
        "no-figures": _("No figures found."),
        "own-key": _("Use the key {0}"),
        # Inside the text.
        "text": _("Text of the document"),
        "footnote": _("Footnote {0}"),
        "footnote-text": _("Text of footnote {0}. Press Escape to go back."),
        "reference-lost": _("reference not found"),
        "reference": _("Reference: {0}"),
        "doubled": _("This paragraph appears twice because two people moved it at the same time. Delete one of them."),
        "from-source": _("Taken from {0}"),
        # Who else is here.
        "alone": _("Nobody else is editing this text."),
        "also-here": _("Also editing: {0}"),
        "at": _("{0} (at {1})"),
        "arrived": _("{0} has opened the text."),
        "left": _("{0} has closed the text."),
        # Review comments.
        "comments-open-1": _("1 open comment"),
        "comments-open": _("{0} open comments"),
        "comments-at-1": _("1 comment: {1}"),
        "comments-at": _("{0} comments: {1}"),
        "comments-on": _("Comments: {0}"),
        "comments-wordless": _("empty block"),
        "comments-gone": _("Comments on deleted text"),
        "comment-changed": _("The text it refers to has changed."),
        "comment-moved": _("The text it refers to has moved here."),
        "comment-gone": _("The text it referred to has been deleted."),
        "comment-reply": _("Reply"),
        "comment-resolve": _("Resolve"),
        "comment-reopen": _("Reopen"),
        "comment-new": _("New comment"),
        "comment-send": _("Comment"),
        "comment-sent": _("Comment saved."),
        "comment-not-sent": _("The portal is not responding. Your text has not been lost; try again."),
        # Dialogues.
        "link-wrong": _("Enter an address that begins with http:// or https://."),
        "paste-refused": _("The pasted text is too large. Paste it in smaller parts."),
    }
