"""Every address that creates something or sends an email, with the data that its form needs."""

import datetime as dt
import io
from typing import Any

import pikepdf
from allauth.account.models import EmailAddress

from documents import progress, services
from documents.models import Document
from documents.services.clearance import clearers_version
from foundation.editing.pages import mark_of
from foundation.tables.models import TableUpload
from membership.entities import effects
from membership.models import Entity, Person
from tests.council import access as council
from tests.dialogue import access as dialogue
from tests.documents import access as documents
from tests.documents import lifecycle_access as lifecycle
from tests.documents.reported_figures import access as reported
from tests.documents.translating import access as translating
from tests.documents.translating import external_access as external
from tests.factories.council import make_meeting
from tests.factories.documents import make_draft, make_issued
from tests.factories.membership import make_delegate, make_staff, make_state
from tests.factories.surveys import make_open, make_workshop
from tests.factories.word_files import WordFile
from tests.factories.workshops import make_topic
from tests.membership import access as membership
from tests.schedule import access as schedule
from tests.submissions import Sent
from tests.surveys import access as surveys
from tests.votes import access as votes
from tests.workshops import access as workshops

TEXT_FILE = ("paper.txt", b"Words of a paper.", "text/plain")


def pdf_file() -> tuple[str, bytes, str]:
    """Return a PDF with one empty page."""
    with pikepdf.new() as pdf, io.BytesIO() as file:
        pdf.add_blank_page()
        pdf.save(file)
        return "note.pdf", file.getvalue(), "application/pdf"


CSV_FILE = ("rows.csv", dialogue.ROWS_OF_A_TABLE.encode(), "text/csv")


def word_file(_kwargs: Any = None) -> dict[str, Any]:
    file = WordFile()
    file.p("A note.")
    return {"file": ("note.docx", file.bytes(), "application/octet-stream")}


def with_entity(kwargs_of: Any) -> Any:
    """Return the arguments of the address, after adding an entity to the register to choose from."""

    def kwargs() -> dict[str, Any]:
        make_state("no")
        return kwargs_of()

    return kwargs


def entity(_kwargs: Any = None) -> dict[str, Any]:
    return {"entity": str((Entity.objects.filter(code="no").first() or make_state("no")).pk)}


def accreditation(_kwargs: Any) -> dict[str, Any]:
    return {"accreditation-entity": make_state("no").code, "accreditation-capacity": "deputy"}


def sent_by_the_last_person(_kwargs: Any) -> dict[str, Any]:
    """Return no form data, after making the last created person, who is signed in, the owner of all uploads."""
    TableUpload.objects.update(uploaded_by=Person.objects.latest("pk"))
    return {}


def clearers(kwargs: dict[str, Any]) -> dict[str, Any]:
    version = clearers_version(Document.objects.get(pk=kwargs["pk"]))
    return {"clearer_1": str(make_staff("publisher").pk), "edit_version": str(version)}


def returned() -> dict[str, Any]:
    """Create a draft that was returned by the person asked to clear it."""
    document, clearer = make_draft(["Words."]), make_staff("publisher")
    services.name_clearers(document=document, people=[clearer], actor=None)
    seen = progress.fingerprint(document)
    services.decide_clearance(document=document, actor=clearer, decision="returned", words="Why?", seen=seen)
    return {"pk": document.pk}


def uninvited() -> dict[str, Any]:
    """Create an open survey without invitations."""
    survey = make_open()
    survey.invitations.all().delete()
    return {"slug": survey.slug}


def survey_of_workshop(_kwargs: Any) -> dict[str, Any]:
    return {"slug": "one-more", "workshop": str(make_workshop().pk), "closes_at": "2030-01-11T10:00"}


def taking_proposals() -> dict[str, Any]:
    make_meeting()
    return votes.opened(proposals_until=votes.database_now() + votes.DAY)


def draft_with_topics() -> dict[str, Any]:
    make_topic()
    return votes.draft()


def of_a_delegate(_kwargs: Any) -> dict[str, Any]:
    person = make_delegate("au")
    EmailAddress.objects.create(user=person, email=person.email)  # as allauth notes it with the first email
    return {"email": person.email}


def names_from_2030(state: Entity) -> list[str]:
    return effects.of_names(state, dt.date(2030, 1, 10), is_correction=False)


def suspended_from_2030(state: Entity) -> list[str]:
    return effects.of_suspension(state, {"begins": dt.date(2030, 1, 10)})


def agreed(effects_on: Any) -> Any:
    """Return the data of a form whose sender has seen what it changes from 10 January 2030."""

    def data(_kwargs: Any) -> dict[str, Any]:
        state = make_state("ke")
        return {"agreed": mark_of(effects_on(state)), "begins": "2030-01-10", "decision": "Resolution 3"}

    return data


CREATING = [
    Sent("account_request_login_code", "anonymous", None, of_a_delegate),
    Sent("account_reset_password", "anonymous", None, of_a_delegate),
    Sent("council:meeting_add", "editor", None, {"number": "777", "ends_on": "2030-01-11"}),
    Sent("council:item_add", "editor", council.meeting),
    Sent("council:paper_add", "editor", council.meeting, lambda kwargs: {"symbol": make_issued().symbol}),
    Sent("council:decision_add", "editor", council.meeting),
    Sent("council:speakers_inscribe", "delegate", council.speakers_list),
    Sent("dialogue:contribute", "anonymous", dialogue.opened),
    Sent("dialogue:new", "editor"),
    Sent("dialogue:topic_add", "editor", dialogue.public),
    Sent("dialogue:visits_add", "editor", dialogue.public, {"reported_on": "2010-08-01"}),
    Sent("dialogue:import", "editor", dialogue.public, {"file": CSV_FILE}),
    Sent("dialogue:import_preview", "editor", dialogue.uploaded, sent_by_the_last_person),
    Sent("dialogue:comment_add", "editor", dialogue.written),
    Sent("dialogue:paragraph_add", "editor", dialogue.public),
    Sent("documents:act", "publisher", documents.with_act(documents.public_note)),
    Sent("documents:advance-copy", "editor", lifecycle.draft),
    Sent("documents:begin", "editor", lambda: {"blueprint": "discussion-note"}),
    Sent("documents:circulated-act", "publisher", lambda: {**lifecycle.circulated(), "act": "withdraw"}),
    Sent("documents:comment-new", "editor", lifecycle.in_english, {"words": "Really?"}, query="?block=first"),
    Sent("documents:comment-reply", "editor", lifecycle.comment, {"words": "Yes."}),
    Sent("documents:draft-annex", "editor", documents.draft, {"title": "Annex"}),
    Sent("documents:draft-ask-again", "editor", returned),
    Sent("documents:draft-clearers", "editor", lifecycle.draft, clearers),
    Sent("documents:draft-language", "editor", documents.draft, {"language": "fr"}),
    Sent("documents:draft-new", "editor"),
    Sent("documents:draft-review", "editor", lifecycle.draft),
    Sent("documents:draft-save-point", "editor", documents.draft, {"label": "First"}),
    Sent("documents:import-new", "editor", None, word_file),
    Sent("documents:reissue", "publisher", lifecycle.issued_in_english),
    Sent("documents:reported-new", "editor", None, {"slug": "visits"}),
    Sent("documents:reported-value", "editor", reported.known),
    Sent("documents:symbol-add", "administrator", None, {"pattern": "MC/{number}"}),
    Sent("documents:translation-start", "editor", translating.part_untranslated),
    Sent("documents:assignments", "editor", external.draft),
    Sent("documents:assignment", "editor", external.under_way, word_file),
    Sent("documents:translation-link", "anonymous", external.by_link, word_file),
    Sent("membership:person_new", "administrator"),
    Sent("membership:entry_new", "protocol", None, {"code": "tz", "short_fr": "Tanzanie", "short_es": "Tanzanía"}),
    Sent("membership:group_new", "protocol", None, {"code": "more"}),
    Sent("membership:names_succeed", "protocol", membership.entry, agreed(names_from_2030)),
    Sent("membership:period_add", "protocol", membership.adding("suspension"), agreed(suspended_from_2030)),
    Sent("membership:register_import", "protocol", None, {"file": membership.TABLE_FILE}),
    Sent("membership:register_import_preview", "protocol", membership.uploaded, sent_by_the_last_person),
    Sent("setup-mail", "administrator"),
    Sent("membership:role_grant", "administrator", membership.person, {"role-name": "editor"}),
    Sent("membership:accreditation_add", "administrator", membership.person, accreditation),
    Sent("schedule:appearance_add", "editor", schedule.slot),
    Sent("schedule:release", "editor", schedule.released),
    Sent("schedule:room_add", "editor", schedule.occasion),
    Sent(
        "schedule:slot_add",
        "editor",
        schedule.occasion,
        {"starts_at": "2010-07-19T10:00", "ends_at": "2010-07-19T11:00"},
    ),
    Sent("surveys:new", "editor", None, survey_of_workshop),
    Sent("surveys:section_new", "editor", surveys.draft, {"code": "more"}),
    Sent("surveys:question_new", "editor", surveys.row_of("sections"), {"code": "more"}),
    Sent("surveys:theme_new", "editor", surveys.section_of_settled, {"code": "calm"}),
    Sent("surveys:outcome_new", "editor", surveys.settled),
    Sent("surveys:invite", "editor", uninvited),
    Sent("surveys:send", "editor", surveys.open_one),
    Sent("surveys:remind", "editor", surveys.open_one),
    Sent("surveys:extend", "publisher", surveys.open_one, {"closes_at": "2040-01-01T10:00"}),
    Sent("votes:create", "editor", None, {"slug": "one-more", **votes.LATER_TIMES}, query="?kind=indicative"),
    Sent("votes:option_add", "editor", votes.draft, {"code": "D", "title_en": "New"}),
    Sent("votes:options_of_year", "editor", draft_with_topics, {"source": "topic-2011"}),
    Sent("votes:propose", "delegate", taking_proposals),
    Sent("votes:proposal_record", "editor", taking_proposals),
    Sent("votes:proposal_decide", "publisher", votes.proposal_in_draft, {"code": "D"}),
    Sent("votes:statement_record", "publisher", votes.silence, {"received": "note verbale 5"}),
    Sent("votes:received", "publisher", votes.opened, {"choices": ["A", "B"], "paper": pdf_file()}),
    Sent("votes:reminders", "publisher", votes.opened_alone),
    Sent("votes:extend", "publisher", votes.opened, votes.LATER),
    Sent("votes:run_off", "publisher", votes.tied, {**votes.LATER_TIMES, "entitled": "copied"}),
    Sent("votes:briefs", "delegate", votes.opened),
    Sent("votes:brief_send", "delegate", lambda: votes.brief(is_held=True), adds_rows=False),
    Sent("workshops:register", "anonymous", with_entity(workshops.open_workshop), entity),
    Sent("workshops:participant_add", "editor", with_entity(workshops.workshop), entity),
    Sent("workshops:participant_confirm", "editor", workshops.waiting, {"edit_version": "1"}),
    Sent("workshops:participant_hand_over", "editor", workshops.participant),
    Sent("workshops:theme_add", "editor", workshops.year),
    Sent("workshops:topic_add", "editor", workshops.year),
    Sent("workshops:workshop_add", "editor", workshops.year, {"number": "3", "slug": "third"}),
    Sent("workshops:workshop_days", "editor", workshops.unplanned, {"zone": "Europe/Zurich"}),
    Sent("workshops:line_add", "editor", workshops.year, {"currency": "USD"}),
    Sent("workshops:contribution_add", "editor", with_entity(workshops.year), {"currency": "USD"}),
    Sent("workshops:material_add", "editor", workshops.workshop, {"file": TEXT_FILE}),
]

# --- Addresses that take a form and create nothing, with the reason ---------------------------------------------------

SIGN_IN = "signs one person in or out, or changes how they sign in; a copy finds it done"
OWN_TOKEN = "has a token of its own, whose receipt is shown again"
ONE_EACH = "one for each invitation or delegation; a copy changes the same row"
VERSIONED = "changes or removes a row; a copy meets another version or no row"
STATE = "moves a thing to a state, or sets a value; a copy finds it there"
READS = "looks something up"
JOB = "asks for a file, which is made once for one material"
SCRIPT = "sent by a script, which waits for the answer"

REASONS = {
    SIGN_IN: "account_change_password account_confirm_login_code account_login account_logout account_reauthenticate "
    "account_reset_password_from_key account_set_password account_signup mfa_activate_totp mfa_authenticate "
    "mfa_deactivate_totp mfa_generate_recovery_codes mfa_reauthenticate admin:login "
    "admin:logout",
    OWN_TOKEN: "votes:answer_send votes:statement_send votes:statement_withdraw",
    ONE_EACH: "survey_links:answer surveys:answer votes:position votes:calendar_link votes:proposal_support",
    READS: "votes:receipts votes:answer votes:statement surveys:preview documents:unknown",
    JOB: "documents:draft-render documents:comparison-request",
    SCRIPT: "documents:edit-comments documents:edit-figures documents:edit-figures-reviewed documents:edit-presence "
    "documents:edit-steps",
    STATE: "documents:draft-decide documents:draft-issue documents:draft-sources documents:draft-symbol "
    "documents:house-style documents:readers documents:translation-align documents:translation-block "
    "documents:translation-confirm documents:assignment-close membership:account membership:accreditation_end "
    "membership:delegation_choose membership:person_act membership:register_import_cancel membership:role_end "
    "setup-bodies setup-dismiss setup-register surveys:close surveys:code "
    "surveys:open_results surveys:set undecided-jobs undecided-mail "
    "votes:apply votes:certify votes:check votes:delegation "
    "votes:position_act votes:publish votes:take_back workshops:personal workshops:attendance council:item_restore "
    "council:speakers_withdraw dialogue:publish dialogue:conclude dialogue:moderate dialogue:import_cancel",
    VERSIONED: "setup-organization membership:entry_details membership:names_correct membership:period_edit "
    "membership:period_remove membership:group_edit "
    "council:agenda_order council:agenda_undo council:decision_edit council:item_edit council:item_move "
    "council:item_remove council:meeting_edit council:paper_remove dialogue:comment_edit dialogue:comment_remove "
    "dialogue:comments_order dialogue:edit dialogue:paragraph_edit dialogue:paragraph_remove "
    "dialogue:paragraphs_order dialogue:topic_edit dialogue:topic_remove dialogue:topics_order "
    "dialogue:visits_remove documents:draft-annex-edit documents:draft-annex-remove documents:draft-masthead "
    "documents:symbol-edit documents:symbol-remove schedule:appearance_edit schedule:appearance_remove "
    "schedule:details schedule:order schedule:room_edit schedule:room_remove schedule:slot_edit schedule:slot_move "
    "schedule:slot_remove surveys:outcome_edit surveys:outcome_remove surveys:question_edit surveys:question_move "
    "surveys:question_remove surveys:section_edit surveys:section_move surveys:section_remove surveys:settings "
    "surveys:theme_edit surveys:theme_remove votes:edit votes:option_edit votes:option_remove "
    "workshops:contribution_edit workshops:contribution_remove workshops:line_edit workshops:line_remove "
    "workshops:material_edit workshops:material_remove workshops:participant_cancel workshops:participant_edit "
    "workshops:participant_remove workshops:theme_edit workshops:topic_edit workshops:workshop_edit "
    "workshops:year_edit",
}
NOT_CREATING = {name: reason for reason, names in REASONS.items() for name in names.split()}
