"""The verbs of documents, split by topic; import them from here."""

from documents.services.addresses import give_short_address
from documents.services.annexes import add_annex, make_annex, remove_annex
from documents.services.deriving import create_revision
from documents.services.drafts import EMPTY, MASTHEAD, change_masthead, create_document, set_text
from documents.services.issued import derestrict_document, release_document, withdraw_document
from documents.services.issuing import issue_document, repeatable_read
from documents.services.refusals import Refused

__all__ = [
    "EMPTY",
    "MASTHEAD",
    "Refused",
    "add_annex",
    "change_masthead",
    "create_document",
    "create_revision",
    "derestrict_document",
    "give_short_address",
    "issue_document",
    "make_annex",
    "release_document",
    "remove_annex",
    "repeatable_read",
    "set_text",
    "withdraw_document",
]
