"""The actions a publisher can take on an issued document, with the consequences shown before each one."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents import services
from documents.forms.drafts import DeriveForm, NoteForm, ReleaseForm, WithdrawForm
from documents.models import Distribution, Document


@dataclass(frozen=True)
class ActEntry:
    name: str
    label: Any
    heading: Any
    form: type
    offered: Callable[[Document, dt.datetime], bool]
    consequences: Callable[[Document], list[str]]
    carry_out: Callable[[Document, Any, dict[str, Any]], Any]
    danger: bool = False
    # The choices of the form depend on the document, so it is passed to the form.
    takes_document: bool = False

    def form_for(self, document: Document, data: Any) -> Any:
        return self.form(data, document=document) if self.takes_document else self.form(data)


def _release(document: Document, person: Any, data: dict[str, Any]) -> Document:
    return services.release_document(document=document, actor=person, at=data.get("at"))


def _derestrict(document: Document, person: Any, data: dict[str, Any]) -> Document:
    return services.derestrict_document(document=document, actor=person, note=data.get("note", ""))


def _withdraw(document: Document, person: Any, data: dict[str, Any]) -> Document:
    return services.withdraw_document(document=document, actor=person, reason=data["note"])


def _derive(document: Document, person: Any, data: dict[str, Any]) -> Document:
    return services.create_revision(
        document=document,
        actor=person,
        relation=data["relation"],
        concerns_language=data.get("concerns_language", ""),
    )


def _readers(document: Document) -> str:
    return _("its named readers") if document.is_unsymboled else str(document.get_audience_display())


ACTS: dict[str, ActEntry] = {
    entry.name: entry
    for entry in (
        ActEntry(
            "release",
            gettext_lazy("Release"),
            gettext_lazy("Release this document"),
            ReleaseForm,
            lambda document, now: not document.is_withdrawn and not document.is_released(now),
            lambda document: [
                _("From then on, all issued languages can be read by: %(readers)s.") % {"readers": _readers(document)},
                _("Only its named readers can find it.")
                if document.is_unsymboled
                else _("It will appear in lists, in search results and at its address."),
            ],
            _release,
        ),
        ActEntry(
            "derestrict",
            gettext_lazy("Derestrict"),
            gettext_lazy("Derestrict this document"),
            NoteForm,
            lambda document, now: (
                document.distribution == Distribution.RESTRICTED
                and not document.is_unsymboled
                and document.derestricted_at is None
                and not document.is_withdrawn
            ),
            lambda document: [
                _("Once released, anyone can read it without an account."),
                _("The log will record your name, the time and the reason. You cannot undo this."),
            ],
            _derestrict,
        ),
        ActEntry(
            "derive",
            gettext_lazy("Revise"),
            gettext_lazy("Create a revision, corrigendum or addendum"),
            DeriveForm,
            lambda document, now: not document.is_withdrawn and not document.is_unsymboled,
            lambda document: [
                _("A draft with its own symbol will be created. This document will not change."),
                _("A revision starts from these texts, and its figures will update again."),
            ],
            _derive,
            takes_document=True,
        ),
        ActEntry(
            "withdraw",
            gettext_lazy("Withdraw"),
            gettext_lazy("Withdraw this document"),
            WithdrawForm,
            lambda document, now: not document.is_withdrawn,
            lambda document: [
                _("Nobody, including staff, will be able to read its text or download its files in any language."),
                _("Copies already downloaded are not affected."),
                _("Its address will show the symbol, title, date and your reason. You cannot undo this."),
            ],
            _withdraw,
            danger=True,
        ),
    )
}
