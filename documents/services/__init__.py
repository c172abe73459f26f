"""Services of documents, split by topic. Import them from here."""

from documents.services.addresses import set_short_address
from documents.services.annexes import add_annex, annex_version, change_annex, make_annex, remove_annex
from documents.services.circulation import create_advance_copy, name_readers
from documents.services.clearance import ask_clearance_again, decide_clearance, name_clearers
from documents.services.creation import create_from_blueprint
from documents.services.derivation import create_revision
from documents.services.drafts import EMPTY, MASTHEAD, change_masthead, create_document, set_text
from documents.services.issue import issue_document, obstacles_to_issue, repeatable_read
from documents.services.prose import confirm_source
from documents.services.publication import derestrict_document, release_document, withdraw_document
from documents.services.reissue import begin_reissue, cancel_reissue, reissue_document, reissue_material
from documents.services.review import close_review, comment_on, open_review, reply_to, resolve_comment
from documents.services.symbols import (
    add_pattern,
    assign_symbol,
    change_pattern,
    proposals,
    proposed_symbol,
    remove_pattern,
)

__all__ = [
    "EMPTY",
    "MASTHEAD",
    "add_annex",
    "add_pattern",
    "annex_version",
    "ask_clearance_again",
    "assign_symbol",
    "begin_reissue",
    "cancel_reissue",
    "change_annex",
    "change_masthead",
    "change_pattern",
    "close_review",
    "comment_on",
    "confirm_source",
    "create_advance_copy",
    "create_document",
    "create_from_blueprint",
    "create_revision",
    "decide_clearance",
    "derestrict_document",
    "issue_document",
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
    "set_short_address",
    "set_text",
    "withdraw_document",
]
