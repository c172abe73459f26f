"""What nobody may see: any choice before the close, and what a delegation prepares at any time."""

import io
import json
import re
import zipfile

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from foundation.jobs.models import Job
from foundation.mail.models import Mail
from foundation.time.clock import database_now
from tests.access import ROLES, addresses
from tests.factories.membership import make_delegate, make_staff, make_state
from tests.factories.votes import DAY, cast, close, make_delegation, make_open, make_secret, make_silence
from texts.registry import draw, resolve
from votes import dashboard, keys, ledger, services
from votes.mails import receipt as receipt_mail
from votes.models import Ballot, LedgerEntry, Position, Printout
from votes.printing_jobs import make_printout
from votes.search import hits
from votes.verifier import read_receipt

pytestmark = pytest.mark.django_db
SECRET_NOTE = "zebra-instruction-from-the-capital"
SECRET_ADDRESS = "zebra@capital.example"
STAFF_ROLES = ("editor", "publisher", "administrator")
PROBING = ("anonymous", "editor", "administrator", "delegate", "observer")


def pages_of(ballot: Ballot) -> list[str]:
    """Return every address of the app that needs only the ballot, including exports."""
    found = []
    for name, entry in addresses():
        if not name.startswith("votes:"):
            continue
        arguments = set(entry.pattern.converters) | set(getattr(entry.pattern.regex, "groupindex", {}))
        if arguments - {"slug", "kind"}:
            continue
        kwargs = {"slug": ballot.slug} if "slug" in arguments else {}
        kinds = ("csv", "xlsx") if "kind" in arguments else (None,)
        found += [reverse(name, kwargs=kwargs | ({"kind": kind} if kind else {})) for kind in kinds]
    return found


def seen_by(client: Client, addresses: list[str]) -> dict[str, tuple[int, bytes]]:
    """Return status and content of each page. Lengths are compared, because form tokens differ only in content."""
    seen = {}
    for address in addresses:
        response = client.get(address)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        seen[address] = (response.status_code, unpacked(content))
    return seen


def unpacked(content: bytes) -> bytes:
    """Return the uncompressed content of a workbook, and any other content unchanged."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return b"".join(book.read(name) for name in sorted(book.namelist()))


def signed_in(role: str) -> Client:
    client = Client()
    make = ROLES[role]
    if make:
        client.force_login(make())
    return client


@pytest.fixture
def heads():
    return [make_delegation(code) for code in ("fr", "gh", "pe", "zw")]


@pytest.mark.parametrize("role", PROBING)
def test_nobody_can_tell_before_the_close_whether_or_what_others_answered(heads, role):
    make_state("au")
    make_state("va", status="observer")
    ballot = make_open("probed")
    client = signed_in(role)
    pages = pages_of(ballot)
    before = seen_by(client, pages)
    for head, choices in zip(heads, ["AB", "AC", "", "AB"], strict=True):
        cast(ballot, head, choices)
    after = seen_by(client, pages)
    assert {page: (status, len(content)) for page, (status, content) in before.items()} == {
        page: (status, len(content)) for page, (status, content) in after.items()
    }


def test_publishers_see_who_has_answered_and_nothing_of_what(heads):
    ballots = make_open("one"), make_open("two")
    for ballot, answers in zip(ballots, [("AB", "AB", "AB", "AB"), ("BC", "", "AC", "BC")], strict=True):
        for head, choices in zip(heads, answers, strict=True):
            cast(ballot, head, choices)
    client = signed_in("publisher")
    one, two = (seen_by(client, pages_of(ballot)) for ballot in ballots)
    page = one[reverse("votes:participation", args=["one"])][1].decode()
    assert ("4 of 4 have answered" in page, "State of GH" in page) == (True, True)
    for (address, (status, content)), (_other, (other_status, other_content)) in zip(
        one.items(), two.items(), strict=True
    ):
        assert (status, len(content)) == (other_status, len(other_content)), address


def test_figures_and_exhibits_are_not_yet_known_before_the_publication(heads):
    ballot = make_open("probed", choose=1)
    keys = [f"votes.ballot:probed:{name}" for name in ("answered", "preferred", "majority", "alternatives", "sentence")]
    cast(ballot, heads[0], "A")
    assert {figure.status for figure in resolve(keys).values()} == {"not-yet"}
    close(ballot)
    assert {figure.status for figure in resolve(keys).values()} == {"not-yet"}
    assert draw("votes.ballot:probed:result", "en").status == "not-yet"
    services.publish_result(ballot=ballot, actor=make_staff("publisher"), notify=False)
    assert {figure.status for figure in resolve(keys).values()} == {"ok"}
    assert draw("votes.ballot:probed:result", "en").table_rows[0][:3] == ["A", "Topic A", "1"]


def test_result_is_for_publishers_until_it_is_published(heads):
    ballot = make_open("probed")
    cast(ballot, heads[0], "AB")
    close(ballot)
    address = reverse("votes:results", args=["probed"])
    words = b"expressed a preference"
    seen = {role: words in signed_in(role).get(address).content for role in ROLES}
    assert seen == dict.fromkeys(ROLES, False) | {"publisher": True}


def test_choices_of_states_are_shown_after_the_close_only_to_publishers(heads):
    ballot = make_open("probed")
    cast(ballot, heads[0], "AB")
    close(ballot)
    services.publish_result(ballot=ballot, actor=make_staff("publisher"), notify=False)
    disclosed = {}
    for role in ROLES:
        ledger = json.loads(signed_in(role).get(reverse("votes:ledger", args=["probed"])).content)
        disclosed[role] = sorted({name for entry in ledger["entries"] for name in entry["disclosed"]})
    public, delegations, publishers = ["outcome"], ["outcome", "totals"], ["answer", "outcome", "state", "totals"]
    without_totals = {"anonymous", "person", "focal-point", "moderator", "administrator", "protocol"}
    expected = {role: public if role in without_totals else delegations for role in ROLES}
    assert disclosed == expected | {"publisher": publishers}
    content = signed_in("publisher").get(reverse("votes:participation", args=["probed"])).content
    assert b"A. Topic A" in content


# --- Positions --------------------------------------------------------------------------------------------------------


@pytest.fixture
def prepared(heads) -> Ballot:
    """A ballot on which a delegation has drafted, consulted and cleared."""
    ballot = make_open("probed")
    acting = {"ballot": ballot, "delegation": heads[0], "actor": heads[0].person}
    draft = services.save_position(**acting, choices=["A", "C"], note=SECRET_NOTE)
    sent = services.refer_to_capital(**acting, expected=draft.edit_version)
    services.set_delegation_settings(
        delegation=heads[0], actor=heads[0].person, anyone_may_cast=True, capital_address=SECRET_ADDRESS
    )
    services.clear_position(**acting, expected=sent.edit_version)
    return ballot


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_no_staff_page_export_or_search_shows_a_position(prepared, role, heads):
    client = signed_in(role)
    pages = [*pages_of(prepared), "/", f"/search/?q={SECRET_NOTE}"]
    with_position = seen_by(client, pages)
    Position.objects.all().delete()
    without = seen_by(client, pages)
    assert not [
        page
        for page, (_status, content) in with_position.items()
        if SECRET_NOTE in content.decode("latin-1") and "q=" not in page
    ]
    assert {page: (status, len(content)) for page, (status, content) in with_position.items()} == {
        page: (status, len(content)) for page, (status, content) in without.items()
    }


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_no_staff_page_shows_a_statement_that_is_drafted_and_cleared(heads, role):
    ballot = make_silence("probed")
    client = signed_in(role)
    pages = [*pages_of(ballot), "/", f"/search/?q={SECRET_NOTE}"]
    before = seen_by(client, pages)
    acting = {"ballot": ballot, "delegation": heads[0], "actor": heads[0].person}
    statement = {"kind": "objection", "language": "en", "text": SECRET_NOTE}
    draft = services.save_position(**acting, statement=statement, note=SECRET_NOTE)
    services.clear_position(**acting, expected=draft.edit_version)
    after = seen_by(client, pages)
    assert {page: (status, len(content)) for page, (status, content) in before.items()} == {
        page: (status, len(content)) for page, (status, content) in after.items()
    }
    assert (Mail.objects.count(), Job.objects.filter(kind__startswith="votes").count()) == (0, 0)


def test_position_is_shown_to_its_delegation_and_to_no_other(prepared, heads):
    address = reverse("votes:position", args=["probed"])
    colleague = make_delegate("fr", "adviser")
    pages = {}
    for person in (heads[0].person, colleague, heads[1].person):
        client = Client()
        client.force_login(person)
        pages[person] = SECRET_NOTE in client.get(address).content.decode()
    assert list(pages.values()) == [True, True, False]


def test_position_leaves_no_history_log_mail_or_job(prepared, caplog):
    tables = set(connection.introspection.table_names()) - {Position._meta.db_table, Printout._meta.db_table}
    assert "votes_ballotevent" in tables
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s', [f"%{SECRET_NOTE}%"])
            assert cursor.fetchone() == (0,), table
    assert (Mail.objects.count(), Job.objects.filter(kind__startswith="votes").count()) == (0, 0)
    assert SECRET_NOTE not in caplog.text
    assert str(Position.objects.get()) == "position of a delegation"
    assert LedgerEntry.objects.filter(ballot=prepared).count() == 1


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_no_staff_page_export_or_search_shows_a_brief_or_what_was_mailed_of_it(heads, role):
    """The brief was requested, made and emailed to the capital, and a head was reminded of the draft."""
    ballot = make_open("probed")
    ask = {"ballot": ballot, "delegation": heads[0], "actor": heads[0].person, "language": "en"}
    client = signed_in(role)
    pages = [*pages_of(ballot), "/", "/operations/mail/", f"/search/?q={SECRET_NOTE}", "/metrics"]
    before = seen_by(client, pages[:-1])
    made = services.request_brief(**ask, message=SECRET_NOTE, send_to=SECRET_ADDRESS)
    Printout.objects.filter(pk=made.pk).update(content=b"%PDF-")
    make_printout(None, printout_id=str(made.pk))
    services.save_position(**{name: ask[name] for name in ("ballot", "delegation", "actor")}, choices=["A", "C"])
    services.remind_heads_of_positions(now=ballot.closes_at - DAY)
    assert [message.to for message in mail.outbox] == [[SECRET_ADDRESS], [heads[0].person.email]]
    after = seen_by(client, pages[:-1])
    assert {page: (status, len(content)) for page, (status, content) in before.items()} == {
        page: (status, len(content)) for page, (status, content) in after.items()
    }
    files = [reverse(f"votes:{name}", args=["probed", made.pk]) for name in ("brief_file", "brief_download")]
    assert [client.get(address).status_code for address in files] == [403, 403]


def test_brief_leaves_in_jobs_mails_and_histories_nothing_but_an_id(heads, caplog):
    ballot = make_open("probed")
    made = services.request_brief(
        ballot=ballot, delegation=heads[0], actor=heads[0].person, language="en", message=SECRET_NOTE
    )
    make_printout(None, printout_id=str(made.pk))
    job = Job.objects.get()
    columns = {field.name: str(getattr(job, field.name)) for field in Job._meta.concrete_fields}
    assert not [
        value for value in columns.values() if value == "fr" or "probed" in value or heads[0].person.email in value
    ]
    tables = set(connection.introspection.table_names()) - {Printout._meta.db_table}
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f'SELECT count(*) FROM "{table}" AS t WHERE t::text LIKE %s', [f"%{SECRET_NOTE}%"])
            assert cursor.fetchone() == (0,), table
    assert (SECRET_NOTE in caplog.text, Mail.objects.count(), str(made)) == (False, 0, "printout")


def test_dashboard_and_search_reveal_no_positions(prepared, heads):
    now = database_now()
    publisher = make_staff("publisher")
    assert [item for item in dashboard.items(publisher, now) if "probed" in item.url] == []
    assert hits(publisher, SECRET_NOTE, "en") == []
    awaiting = [[item.action for item in dashboard.items(head.person, now)] for head in heads[:2]]
    assert awaiting == [["Send cleared answer"], ["Answer"]]


# --- How many have answered -------------------------------------------------------------------------------------------

RANDOM = re.compile(r"-----BEGIN IDM RECEIPT.*?END IDM RECEIPT-----|[\w:.-]{16,}", re.DOTALL)


@pytest.mark.parametrize("make", [make_open, make_secret])
def test_delegation_cannot_tell_from_anything_it_gets_how_many_have_answered(sign_in, make):
    head, now = make_delegation("au"), database_now()
    others = [make_delegation(code) for code in ("ca", "cl", "de", "fr", "jp", "ke", "mx")]
    seen = {}
    for before in (0, 7):
        ballot = make(f"ballot-{before}", question_en="Which?", opens_at=now - DAY, closes_at=now + DAY)
        for other in others[:before]:
            cast(ballot, other, "AB"[: ballot.choose_max], now=now)
        entry = cast(ballot, head, "AB"[: ballot.choose_max], now=now, notify=True)
        client = sign_in(head.person)
        pages = [reverse("votes:receipt", args=[ballot.slug, entry.hash]), ballot.get_absolute_url()]
        shown = [client.get(page).text for page in pages]
        for number in range(1, 12):
            shown.append(str(client.get(f"/votes/{ballot.slug}/receipts/{number}/").status_code))
        receipt = read_receipt(ledger.receipt_text(entry), keys.public_keys())
        shown += [str(sorted(receipt.payload)), receipt_mail(language="en", entry_id=entry.pk).text]
        seen[before] = [RANDOM.sub("…", text).replace(f"ballot-{before}", "ballot") for text in shown]
    assert seen[0] == seen[7]
    assert "Hash" in seen[7][0]
    assert "seq" not in seen[7][-2]
