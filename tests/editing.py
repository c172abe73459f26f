"""Every address whose form edits existing rows, with two of its fields.

For all other addresses that accept POST, a reason says why concurrent edits need no check.
"""

from typing import NamedTuple


class Edited(NamedTuple):
    """A form that two people edit: both change the field `one`, or the second changes `other`.

    Each field has two values to enter. `start` is submitted before either of them opens the form; `people` are the
    email addresses of accounts that must exist.
    """

    name: str
    one: str
    other: str
    one_values: tuple[str, str] = ("Said by the first", "Said by the second")
    other_values: tuple[str, str] = ("Noted by the first", "Noted by the second")
    start: dict[str, str] | None = None
    people: tuple[str, ...] = ()


DAYS = ("2031-01-10T10:00", "2031-02-11T11:00")
ADDRESSES = ("one@example.org", "two@example.org")
ZONES = ("Africa/Accra", "Asia/Tokyo")
EDITED = [
    Edited("membership:account", "first_name", "zone", other_values=ZONES),
    Edited("membership:group_edit", "name_fr", "name_es", start={"name_fr": "Groupe", "name_es": "Grupo"}),
    Edited(
        "setup-organization",
        "acronym_fr",
        "zone",
        other_values=ZONES,
        start={"name_en": "Organization", "name_fr": "Organisation", "name_es": "Organización"},
    ),
    Edited("documents:draft-masthead", "subtitle_fr", "subtitle_es"),
    Edited("documents:draft-annex-edit", "title_fr", "title_es"),
    Edited(
        "documents:readers",
        "people",
        "expires_at",
        ADDRESSES,
        DAYS,
        start={"people": "zero@example.org", "expires_at": "2030-01-10T10:00"},
        people=("zero@example.org", *ADDRESSES),
    ),
    Edited("documents:symbol-edit", "first_number", "kind", ("5", "6"), ("note", "report")),
    Edited("documents:house-style", "word-draft", "word-source"),
    Edited("schedule:details", "place_fr", "place_es"),
    Edited("schedule:slot_edit", "title_fr", "title_es"),
    Edited("schedule:appearance_edit", "function_fr", "function_es"),
    Edited("schedule:room_edit", "name_fr", "name_es"),
    Edited("workshops:participant_edit", "function", "honorific"),
    Edited("workshops:year_edit", "description_fr", "description_es"),
    Edited("workshops:theme_edit", "rationale_fr", "rationale_es"),
    Edited("workshops:topic_edit", "rationale_fr", "rationale_es"),
    Edited("workshops:workshop_edit", "description_fr", "description_es"),
    Edited("workshops:line_edit", "title_fr", "title_es"),
    Edited("workshops:contribution_edit", "note_fr", "note_es"),
    Edited("workshops:material_edit", "title_fr", "title_es"),
    Edited("council:meeting_edit", "description_fr", "description_es"),
    Edited("council:item_edit", "description_fr", "description_es"),
    Edited("council:decision_edit", "text_fr", "text_es"),
    Edited("votes:edit", "text_fr", "text_es"),
    Edited("votes:option_edit", "description_fr", "description_es"),
    Edited("votes:delegation", "capital_address", "capital_zone", ADDRESSES, ZONES),
    Edited("surveys:settings", "intro_fr", "intro_es"),
    Edited("surveys:section_edit", "description_fr", "description_es"),
    Edited("surveys:question_edit", "short_fr", "short_es"),
    Edited("surveys:theme_edit", "statement_fr", "statement_es"),
    Edited("surveys:outcome_edit", "statement_fr", "statement_es"),
    Edited("dialogue:edit", "introduction_fr", "introduction_es"),
    Edited("dialogue:topic_edit", "question_en", "question_fr"),
    Edited("dialogue:paragraph_edit", "text_fr", "text_es"),
]

# --- Addresses that take a form and compare no fields with what was opened, with the reason ---------------------------

OWN_TEST = "merged as the others; its form needs what the table cannot make: see the test of this name in its app"
BLOCK = "one text with the hash of what was shown; another text is shown beside it and asked about"
ROWS = "a list, of which only the rows or marks that its reader changed are written"
ORDER = "an order, which carries the version of the list; a copy of another order is refused with the list as it is"
ACT = "no values that two people could set differently: it removes a row or moves a thing to another state"
ANSWER = "taken once for each delegation or invitation; a colleague's answer is shown instead, with what was typed"
OWN = "a choice of one person about themselves"
SIGN_IN = "signs one person in or out, or changes how they sign in"
READS = "looks something up or asks for a file"
SCRIPT = "sent by a script; steps are merged by the editor"

REASONS = {
    SIGN_IN: "account_change_password account_confirm_login_code account_login account_logout account_reauthenticate "
    "account_reset_password_from_key account_set_password account_signup mfa_activate_totp mfa_authenticate "
    "mfa_deactivate_totp mfa_generate_recovery_codes mfa_reauthenticate admin:login "
    "admin:logout",
    OWN_TEST: "votes:position dialogue:comment_edit dialogue:conclude membership:entry_details "
    "membership:names_correct membership:period_edit",
    BLOCK: "documents:translation-block documents:draft-sources",
    ROWS: "workshops:attendance surveys:code documents:translation-confirm documents:translation-align",
    ORDER: "council:agenda_order council:agenda_undo council:item_move dialogue:comments_order "
    "dialogue:paragraphs_order dialogue:topics_order schedule:order schedule:slot_move surveys:section_move "
    "surveys:question_move",
    ACT: "council:item_remove council:item_restore council:paper_remove council:speakers_withdraw "
    "dialogue:comment_remove dialogue:import_cancel membership:period_remove "
    "membership:register_import_cancel setup-bodies setup-dismiss "
    "setup-register "
    "dialogue:moderate dialogue:paragraph_remove dialogue:publish dialogue:topic_remove "
    "dialogue:visits_remove documents:draft-annex-remove documents:draft-decide documents:draft-issue "
    "documents:draft-symbol documents:symbol-remove documents:assignment-close membership:accreditation_end "
    "membership:person_act membership:role_end schedule:appearance_remove schedule:room_remove "
    "schedule:slot_remove surveys:close surveys:open_results surveys:outcome_remove surveys:question_remove "
    "surveys:section_remove surveys:set surveys:theme_remove undecided-jobs undecided-mail "
    "votes:apply votes:certify votes:check "
    "votes:option_remove votes:position_act votes:proposal_support votes:publish votes:statement_withdraw "
    "votes:take_back workshops:contribution_remove workshops:line_remove workshops:material_remove "
    "workshops:participant_cancel workshops:participant_remove",
    ANSWER: "survey_links:answer surveys:answer votes:answer_send votes:statement_send",
    OWN: "membership:delegation_choose votes:calendar_link workshops:personal",
    READS: "documents:comparison-request documents:draft-render documents:unknown surveys:preview votes:answer "
    "votes:receipts votes:statement",
    SCRIPT: "documents:edit-comments documents:edit-figures documents:edit-figures-reviewed documents:edit-presence "
    "documents:edit-steps",
}
NOT_MERGED = {name: reason for reason, names in REASONS.items() for name in names.split()}
