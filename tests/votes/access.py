"""Expected answers of the pages of votes, by role."""

import datetime as dt
from typing import Any

from foundation.time.clock import database_now
from tests.access import EDITORS, READERS, ROLES, Row, everybody, only
from tests.factories.membership import make_staff, make_state
from tests.factories.votes import (
    DAY,
    cast,
    close,
    make_delegation,
    make_draft,
    make_formal,
    make_open,
    make_silence,
    make_upcoming,
    record_received,
    say,
)
from votes.models import Ballot, DelegationSettings, Printout
from votes.services import make_calendar_link, propose_option, publish_result, request_brief
from votes.services.delegations import settings_version

# In the table, `delegate` acts for the Member State `au`, which must be a member when the ballot opens.


def opened(**fields: Any) -> dict[str, Any]:
    make_state("au")
    return {"slug": make_open("open", **fields).slug}


def draft() -> dict[str, Any]:
    make_state("au")
    return {"slug": make_draft("draft").slug}


def upcoming() -> dict[str, Any]:
    make_state("au")
    return {"slug": make_upcoming("upcoming").slug}


def closed(*, published: bool = False, **fields: Any) -> dict[str, Any]:
    head = make_delegation("fr")
    ballot = make_open("closed", **fields)
    cast(ballot, head, "AB")
    close(ballot)
    if published:
        publish_result(ballot=ballot, actor=make_staff("publisher"), notify=False)
    return {"slug": ballot.slug}


def published(**fields: Any) -> dict[str, Any]:
    return closed(published=True, **fields)


def totals(kind: str) -> dict[str, Any]:
    return published() | {"kind": kind}


def option() -> dict[str, Any]:
    ballot = make_draft("draft")
    return {"slug": ballot.slug, "option_id": ballot.options.first().pk}


def foreign_option() -> dict[str, Any]:
    return draft() | {"option_id": make_draft("other").options.first().pk}


def own_receipt() -> dict[str, Any]:
    head = make_delegation("au")
    return {"slug": "receipts-of", "entry_hash": cast(make_open("receipts-of"), head, "AB").hash}


def foreign_receipt() -> dict[str, Any]:
    make_state("au")
    head = make_delegation("fr")
    return {"slug": "receipts-of", "entry_hash": cast(make_open("receipts-of"), head, "AB").hash}


def proposal(act: str) -> dict[str, Any]:
    head = make_delegation("au")
    ballot = make_upcoming("proposals", proposals_until=database_now() + DAY)
    row = propose_option(ballot=ballot, delegation=head, actor=head.person, title="Cities", rationale="Because.")
    return {"slug": ballot.slug, "proposal_id": row.pk, "act": act}


def proposal_in_draft() -> dict[str, Any]:
    found = proposal("admit")
    Ballot.objects.filter(slug=found["slug"]).update(preparation="draft")
    return found


def silence(**fields: Any) -> dict[str, Any]:
    make_state("au")
    return {"slug": make_silence("silence", **fields).slug}


def objected() -> dict[str, Any]:
    head = make_delegation("au")
    ballot = make_silence("silence")
    say(ballot, head)
    return {"slug": ballot.slug, "statement_kind": "objection"}


def foreign_objection() -> dict[str, Any]:
    make_delegation("au")
    head = make_delegation("fr")
    ballot = make_silence("silence")
    say(ballot, head)
    return {"slug": ballot.slug, "statement_kind": "objection"}


def formal() -> dict[str, Any]:
    head = make_delegation("fr")
    ballot = make_formal("formal")
    cast(ballot, head, "A")
    close(ballot)
    publish_result(ballot=ballot, actor=make_staff("publisher"), notify=False)
    return {"slug": ballot.slug}


def foreign_proposal() -> dict[str, Any]:
    make_state("au")
    make_open("other")
    head = make_delegation("fr")
    ballot = make_upcoming("proposals", proposals_until=database_now() + DAY)
    row = propose_option(ballot=ballot, delegation=head, actor=head.person, title="Cities", rationale="Because.")
    return {"slug": ballot.slug, "proposal_id": row.pk}


def calendar_of() -> dict[str, Any]:
    return {"token": make_calendar_link(person=make_delegation("fr").person)}


def brief(code: str = "au", **fields: Any) -> dict[str, Any]:
    make_state("au")
    head = make_delegation(code)
    ballot = make_open("briefs")
    row = request_brief(ballot=ballot, delegation=head, actor=head.person, language="en")
    Printout.objects.filter(pk=row.pk).update(**fields)
    return {"slug": ballot.slug, "printout_id": row.pk}


def foreign_brief() -> dict[str, Any]:
    return brief("fr", content=b"%PDF-")


def made_brief() -> dict[str, Any]:
    return brief(content=b"%PDF-")


def received(code: str, *, end: bool = False) -> dict[str, Any]:
    make_state("au")
    state = make_state(code)
    ballot = make_open("received")
    entry = record_received(ballot, state, "AB")
    if end:
        close(ballot)
    return {"slug": ballot.slug, "entry_hash": entry.hash}


def opened_alone() -> dict[str, Any]:
    opened()
    return {}


def tied() -> dict[str, Any]:
    heads = make_delegation("fr"), make_delegation("gh")
    ballot = make_open("tied", choose=1)
    for head, choice in zip(heads, "AB", strict=True):
        cast(ballot, head, choice)
    close(ballot)
    publish_result(ballot=ballot, actor=make_staff("publisher"), notify=False)
    return {"slug": ballot.slug}


SAID = {"kind": "objection", "language": "en", "text": "Because.", "token": "t"}


def public_but_not_drafts(ballot: Any, name: str) -> list[Row]:
    return [
        Row(name, ballot, "GET", everybody(200), case="open"),
        Row(name, draft, "GET", dict.fromkeys(ROLES, 404) | dict.fromkeys(EDITORS, 200), case="draft"),
        Row(
            name,
            lambda: opened(audience="member-states"),
            "GET",
            dict.fromkeys(ROLES, 404) | dict.fromkeys((*READERS, "delegate"), 200),
            case="for Member States",
        ),
        Row(name, lambda: {"slug": "no-such"}, "GET", everybody(404), case="unknown"),
    ]


DELEGATE = only("delegate")
DELEGATE_SENT = only("delegate", status=302)
NOT_TAKEN = only("delegate", status=409)
NOBODY = dict.fromkeys(ROLES, 404)
READ, PUBLISH = only(*EDITORS), only("publisher")
CHANGED, PUBLISHED = only(*EDITORS, status=302), only("publisher", status=302)
LATER_TIMES = {
    name: (dt.datetime.now() + days * DAY).strftime("%Y-%m-%dT%H:%M")
    for name, days in (("opens_at", 10), ("closes_at", 20))
}
LATER = {"closes_at": (dt.datetime.now() + 60 * DAY).strftime("%Y-%m-%dT%H:%M"), "reason": "Asked for by a group"}

ROWS = [
    Row("votes:list", None, "GET", everybody(200)),
    Row("votes:key", None, "GET", everybody(200)),
    Row("votes:receipts", None, "GET", everybody(200)),
    Row("votes:receipts", None, "POST", everybody(200), {"receipt": "nonsense"}),
    *public_but_not_drafts(opened, "votes:ballot"),
    *public_but_not_drafts(opened, "votes:brief"),
    *public_but_not_drafts(opened, "votes:results"),
    Row("votes:results", published, "GET", everybody(200), case="published"),
    # The result: for nobody before the close, then for publishers, then for its audience.
    Row("votes:ledger", opened, "GET", NOBODY, case="open"),
    Row("votes:ledger", closed, "GET", NOBODY | {"publisher": 200}, case="closed"),
    Row("votes:ledger", published, "GET", everybody(200), case="published"),
    Row("votes:results_export", lambda: opened() | {"kind": "csv"}, "GET", NOBODY, case="open"),
    Row("votes:results_export", lambda: closed() | {"kind": "csv"}, "GET", NOBODY | {"publisher": 200}, case="closed"),
    *[
        Row(
            "votes:results_export",
            lambda kind=kind: totals(kind),
            "GET",
            everybody(200)
            | dict.fromkeys(("anonymous", "person", "focal-point", "moderator", "administrator", "protocol"), 404),
            case=f"published, {kind}",
        )
        for kind in ("csv", "xlsx")
    ],
    Row("votes:results_pdf", lambda: opened() | {"language": "en"}, "GET", NOBODY, case="open"),
    Row("votes:results_pdf", lambda: closed() | {"language": "en"}, "GET", NOBODY | {"publisher": 202}, case="closed"),
    Row("votes:results_pdf", lambda: published() | {"language": "fr"}, "GET", everybody(202), case="published"),
    *[
        Row(
            "votes:choices_export",
            lambda kind=kind: totals(kind),
            "GET",
            NOBODY | {"publisher": 200},
            case=f"for publishers, {kind}",
        )
        for kind in ("csv", "xlsx")
    ],
    # Delegations
    Row("votes:answer", opened, "GET", DELEGATE),
    Row("votes:answer", opened, "POST", DELEGATE, {"choices": ["A", "B"]}),
    Row("votes:answer", upcoming, "GET", DELEGATE_SENT, case="not open yet"),
    Row("votes:answer", draft, "GET", only("delegate", status=404), case="draft"),
    Row("votes:answer_send", opened, "POST", DELEGATE_SENT, {"choices": ["A", "B"], "token": "t"}),
    Row("votes:answer_send", opened, "POST", NOT_TAKEN, {"choices": ["A"], "token": "t"}, case="too few"),
    Row(
        "votes:answer_send",
        published,
        "POST",
        only("delegate", status=409),
        {"choices": "AB", "token": "t"},
        case="late",
    ),
    Row("votes:receipt", own_receipt, "GET", DELEGATE, case="own"),
    Row("votes:receipt", foreign_receipt, "GET", only("delegate", status=404), case="of another State"),
    Row("votes:position", opened, "GET", DELEGATE),
    Row("votes:position", opened, "POST", DELEGATE_SENT, {"choices": ["A"], "note": "n"}),
    Row("votes:position", published, "GET", DELEGATE_SENT, case="closed"),
    Row("votes:position", silence, "GET", DELEGATE, case="a text"),
    Row("votes:position", silence, "POST", DELEGATE_SENT, SAID | {"note": "n"}, case="a text"),
    *[
        Row("votes:position_act", lambda act=act: opened() | {"act": act}, "POST", DELEGATE_SENT, case=act)
        for act in ("capital", "clear", "delete")
    ],
    Row("votes:statement", silence, "GET", DELEGATE),
    Row("votes:statement", silence, "POST", DELEGATE, SAID),
    Row("votes:statement", opened, "GET", only("delegate", status=404), case="a ballot"),
    Row("votes:statement_send", silence, "POST", DELEGATE_SENT, SAID),
    Row("votes:statement_send", silence, "POST", NOT_TAKEN, SAID | {"text": ""}, case="without a reason"),
    Row("votes:statement_withdraw", objected, "GET", DELEGATE),
    Row("votes:statement_withdraw", objected, "POST", DELEGATE_SENT),
    Row("votes:statement_withdraw", foreign_objection, "GET", only("delegate", status=404), case="of another State"),
    Row("votes:propose", lambda: opened(proposals_until=database_now() + DAY), "GET", DELEGATE),
    Row(
        "votes:propose",
        lambda: opened(proposals_until=database_now() + DAY),
        "POST",
        DELEGATE_SENT,
        {"title": "Cities", "rationale": "Because."},
    ),
    Row("votes:propose", opened, "GET", only("delegate", status=404), case="none are taken"),
    Row("votes:proposal_support", foreign_proposal, "POST", DELEGATE_SENT),
    Row("votes:proposal_support", lambda: foreign_proposal() | {"slug": "other"}, "POST", only("delegate", status=404)),
    Row("votes:delegation", None, "GET", DELEGATE),
    Row(
        "votes:delegation",
        None,
        "POST",
        DELEGATE_SENT,
        {"anyone_may_cast": "on", "edit_version": str(settings_version(DelegationSettings()))},
    ),
    Row("votes:deadlines", None, "GET", DELEGATE),
    Row("votes:calendar_link", None, "GET", DELEGATE),
    Row("votes:calendar_link", None, "POST", DELEGATE),
    Row("votes:deadlines_feed", calendar_of, "GET", everybody(200), case="known"),
    Row("votes:deadlines_feed", lambda: {"token": "guessed"}, "GET", everybody(404), case="unknown"),
    Row("votes:briefs", opened, "GET", DELEGATE),
    Row("votes:briefs", opened, "POST", DELEGATE_SENT, {"language": "fr"}),
    Row("votes:briefs", draft, "GET", only("delegate", status=404), case="draft"),
    Row("votes:brief_file", brief, "GET", DELEGATE, case="own"),
    Row("votes:brief_file", foreign_brief, "GET", only("delegate", status=404), case="of another State"),
    Row("votes:brief_send", lambda: brief(is_held=True), "POST", DELEGATE_SENT, case="own"),
    Row("votes:brief_send", foreign_brief, "POST", only("delegate", status=404), case="of another State"),
    Row("votes:brief_download", made_brief, "GET", DELEGATE, case="own"),
    Row("votes:brief_download", brief, "GET", only("delegate", status=404), case="not made yet"),
    Row("votes:brief_download", foreign_brief, "GET", only("delegate", status=404), case="of another State"),
    Row("votes:paper", lambda: received("au"), "GET", DELEGATE, case="own"),
    Row("votes:paper", lambda: received("fr"), "GET", only("delegate", status=404), case="of another State"),
    # Secretariat
    Row("votes:create", None, "GET", READ),
    Row("votes:create", None, "POST", READ, {"slug": "new"}, case="kind not chosen"),
    Row("votes:create", None, "POST", READ, {"slug": "new", "kind": "formal"}, case="refused form"),
    Row("votes:edit", draft, "GET", READ),
    Row("votes:edit", draft, "POST", READ, {"kind": "formal"}, case="refused form"),
    Row("votes:edit", opened, "GET", only(*EDITORS, status=404), case="open"),
    Row("votes:options", opened, "GET", READ),
    Row("votes:options_of_year", draft, "POST", only(*EDITORS, status=409), {"source": "topic-1999"}, case="no year"),
    Row("votes:options_of_year", opened, "POST", only(*EDITORS, status=404), case="open"),
    Row("votes:option_add", draft, "GET", READ),
    Row("votes:option_add", draft, "POST", CHANGED, {"code": "D", "title_en": "New"}),
    Row("votes:option_add", opened, "GET", only(*EDITORS, status=404), case="open"),
    Row("votes:option_edit", option, "GET", READ),
    Row("votes:option_edit", option, "POST", CHANGED, {"code": "A", "title_en": "New", "edit_version": 1}),
    Row("votes:option_edit", option, "POST", only(*EDITORS, status=409), {"code": "A", "title_en": "N"}, case="clash"),
    Row("votes:option_edit", foreign_option, "GET", only(*EDITORS, status=404), case="of another ballot"),
    Row("votes:option_remove", option, "GET", READ),
    Row("votes:option_remove", option, "POST", CHANGED, {"edit_version": "1"}),
    Row("votes:preview", draft, "GET", READ),
    Row("votes:check", draft, "GET", PUBLISH),
    Row("votes:check", draft, "POST", PUBLISHED),
    Row("votes:check", opened, "GET", only("publisher", status=404), case="open"),
    Row("votes:take_back", upcoming, "GET", PUBLISH),
    Row("votes:take_back", upcoming, "POST", PUBLISHED),
    Row("votes:take_back", opened, "POST", only("publisher", status=409), case="open"),
    Row("votes:extend", opened, "GET", PUBLISH),
    Row("votes:extend", opened, "POST", PUBLISHED, LATER),
    Row("votes:participation", opened, "GET", PUBLISH),
    *[
        Row("votes:participation_export", lambda kind=kind: opened() | {"kind": kind}, "GET", PUBLISH, case=kind)
        for kind in ("csv", "xlsx")
    ],
    Row("votes:publish", closed, "GET", PUBLISH),
    Row("votes:publish", closed, "POST", PUBLISHED),
    Row("votes:publish", opened, "POST", only("publisher", status=409), case="open"),
    Row("votes:certify", formal, "GET", PUBLISH),
    Row("votes:certify", formal, "POST", PUBLISHED),
    Row("votes:certify", published, "GET", only("publisher", status=404), case="no formal vote"),
    Row("votes:statement_record", silence, "GET", PUBLISH),
    Row("votes:statement_record", silence, "POST", PUBLISH, SAID, case="refused form"),
    Row("votes:statement_record", opened, "GET", only("publisher", status=404), case="a ballot"),
    Row("votes:apply", published, "GET", PUBLISH),
    Row("votes:apply", published, "POST", PUBLISHED),
    Row("votes:apply", closed, "POST", only("publisher", status=409), case="not published"),
    Row("votes:received", opened, "GET", PUBLISH),
    Row("votes:received", opened, "POST", only("publisher", status=409), {"choices": "A"}, case="refused form"),
    Row("votes:received", silence, "GET", only("publisher", status=404), case="nothing is chosen"),
    Row("votes:received_paper", lambda: received("au"), "GET", only("publisher", status=404), case="before the close"),
    Row("votes:received_paper", lambda: received("au", end=True), "GET", PUBLISH, case="after the close"),
    Row("votes:reminders", opened_alone, "GET", PUBLISH),
    Row("votes:reminders", opened_alone, "POST", PUBLISHED, {"state": "1"}),
    Row("votes:run_off", tied, "GET", PUBLISH),
    Row("votes:run_off", tied, "POST", PUBLISHED, {**LATER_TIMES, "entitled": "copied"}),
    Row("votes:run_off", published, "GET", only("publisher", status=404), case="no tie"),
    Row("votes:proposal_record", lambda: opened(proposals_until=database_now() + DAY), "GET", READ),
    Row(
        "votes:proposal_record", lambda: opened(proposals_until=database_now() + DAY), "POST", READ, {}, "refused form"
    ),
    Row("votes:proposal_record", opened, "GET", only(*EDITORS, status=404), case="none are taken"),
    Row("votes:proposals", opened, "GET", READ),
    *[
        Row("votes:proposal_decide", lambda act=act: proposal(act), "GET", PUBLISH, case=act)
        for act in ("admit", "merge", "decline")
    ],
    Row("votes:proposal_decide", lambda: proposal("decline"), "POST", PUBLISHED, {"reason": "Other theme"}),
    Row(
        "votes:proposal_decide",
        proposal_in_draft,
        "POST",
        PUBLISHED,
        {"code": "D"},
        case="admit",
    ),
]
