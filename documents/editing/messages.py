"""What the editor's script says to people: it holds no words of its own, so that one catalogue serves all."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def editor_words() -> dict[str, str]:
    """By the name under which the script asks for it; `{0}`, `{1}` are filled in there."""
    return {
        # How the text stands.
        "loading": _("Opening the text …"),
        "saving": _("Saving …"),
        "saved": _("Saved {0}"),
        "open": _("Everything is saved"),
        "offline": _("No connection. What you write is kept here and sent when the portal answers again."),
        "offline-idle": _("No connection. You can go on writing; it is kept here."),
        "signed-out": _("Your sign-in has ended. What you wrote is kept here; sign in to go on."),
        "refused": _("The portal refused your last change: {0}"),
        "closed": _("This text can no longer be edited from here: {0}"),
        "forbidden": _("you have no right to it any more"),
        "not-loaded": _("The text could not be loaded. Check the connection and try again."),
        "recovered": _("What an earlier window had not sent has now been saved."),
        "recovery-refused": _("What an earlier window had not sent no longer fits the text. Here it is to copy: {0}"),
        "words-alone": _(
            "Somebody else took away the paragraph in which you were writing. What you had just written stands in a "
            "paragraph of its own, so that it is not lost:"
        ),
        "words-stayed": _(
            "Somebody else was writing in what you took away. Their words have stayed, in a paragraph of their own:"
        ),
        # Figures.
        "unsound-1": _("1 figure cannot be issued"),
        "unsound": _("{0} figures cannot be issued"),
        "drifted-1": _("1 figure has changed since its review"),
        "drifted": _("{0} figures have changed since their review"),
        "mark-reviewed": _("Mark as reviewed"),
        "found": _("{0} to choose from"),
        "figure": _("Figure {0}: {1}"),
        "figure-unread": _("Figure {0}, not read yet"),
        "exhibit": _("Exhibit: {0}"),
        "source": _("Source: {0}"),
        "computed": _("computed at {0}"),
        "status-ok": pgettext("figure", "as of now"),
        "no-figures": _("No figure matches."),
        "own-key": _("The key itself: {0}"),
        # What stands in the text.
        "text": _("Text of the document"),
        "footnote": _("Footnote {0}"),
        "footnote-text": _("Text of footnote {0}. Escape leads back."),
        "reference-lost": _("reference lost"),
        "reference": _("Reference: {0}"),
        "doubled": _("This stands twice: two people moved it at the same moment. Delete one of the two."),
        "from-source": _("Taken from {0}"),
        # Who else is here.
        "alone": _("Nobody else has this text open."),
        "also-here": _("Also here: {0}"),
        "at": _("{0} (at {1})"),
        "arrived": _("{0} has opened the text."),
        "left": _("{0} has left the text."),
        # Review comments.
        "comments-open-1": _("1 comment is open"),
        "comments-open": _("{0} comments are open"),
        "comments-at-1": _("1 comment: {1}"),
        "comments-at": _("{0} comments: {1}"),
        "comments-on": _("Comments: {0}"),
        "comments-wordless": _("a block without words"),
        "comments-gone": _("Comments whose text is gone"),
        "comment-changed": _("The words it speaks of have been changed."),
        "comment-moved": _("The words it speaks of have been moved here."),
        "comment-gone": _("The text it spoke of is gone."),
        "comment-reply": _("Reply"),
        "comment-resolve": _("Resolve"),
        "comment-reopen": _("Open again"),
        "comment-new": _("New comment"),
        "comment-send": _("Comment"),
        "comment-sent": _("The comment is kept."),
        "comment-not-sent": _("The portal does not answer. What you wrote stays here; try again."),
        # Dialogues.
        "link-wrong": _("An address begins with http:// or https://."),
        "paste-refused": _("What you pasted is larger than the portal takes at once."),
    }
