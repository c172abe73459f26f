"""Services of documents, split by topic. Import them from here."""

from documents.services.addresses import give_short_address
from documents.services.annexes import add_annex, change_annex, make_annex, remove_annex
from documents.services.circulation import make_advance_copy, name_readers
from documents.services.clearance import ask_clearance_again, decide_clearance, name_clearers
from documents.services.creation import begin_document
from documents.services.derivation import create_revision
from documents.services.drafts import EMPTY, MASTHEAD, change_masthead, create_document, set_text
from documents.services.issue import issue_document, obstacles_to_issue, repeatable_read
from documents.services.prose import confirm_source
from documents.services.publication import derestrict_document, release_document, withdraw_document
from documents.services.reissue import begin_reissue, give_up_reissue, reissue_document, reissue_material
from documents.services.review import close_review, comment_on, open_review, reply_to, resolve_comment
from documents.services.symbols import (
    add_pattern,
    change_pattern,
    proposals,
    proposed_symbol,
    remove_pattern,
    take_symbol,
)

__all__ = [
    "EMPTY",
    "MASTHEAD",
    "add_annex",
    "add_pattern",
    "ask_clearance_again",
    "begin_document",
    "begin_reissue",
    "change_annex",
    "change_masthead",
    "change_pattern",
    "close_review",
    "comment_on",
    "confirm_source",
    "create_document",
    "create_revision",
    "decide_clearance",
    "derestrict_document",
    "give_short_address",
    "give_up_reissue",
    "issue_document",
    "make_advance_copy",
    "make_annex",
    "name_clearers",
    "name_readers",
    "obstacles_to_issue",
    "open_review",
    "proposals",
    "proposed_symbol",
    "reissue_document",
    "reissue_material",
    "release_document",
    "remove_annex",
    "remove_pattern",
    "repeatable_read",
    "reply_to",
    "resolve_comment",
    "set_text",
    "take_symbol",
    "withdraw_document",
]
