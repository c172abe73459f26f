"""The guided set-up: an administrator takes an empty portal to its first register, name, symbols, staff and email."""

import io

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from PIL import Image

from documents.house_styles import styles_for
from documents.masthead import masthead_of
from foundation.jobs.models import Job
from foundation.jobs.registry import pauses_of
from foundation.jobs.services import run_job
from foundation.mail.models import Mail
from foundation.pages import organization
from foundation.pages.organization import Organization, contrast_with_white
from foundation.refusals import Refused
from foundation.uploads.models import StoredFile
from idm_portal.setup import services
from idm_portal.setup.steps import checklist
from membership.models import Entity, EntityName, EntityStatus
from tests.factories.documents import make_draft
from tests.factories.membership import make_staff, make_state
from tests.submissions import form_on

pytestmark = pytest.mark.django_db
PAGE = "/setup/organization/"
NAMES = {"name_en": "Organization of Ports", "name_fr": "Organisation des ports", "name_es": "Organización de Puertos"}


@pytest.fixture
def read_from_the_database(monkeypatch) -> None:
    monkeypatch.setattr(organization, "_held", None)


def picture(kind: str = "PNG") -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (80, 40), "#123456").save(file, kind)
    return SimpleUploadedFile(f"logo.{kind.lower()}", file.getvalue())


def fill_in(client, **values):
    return client.post(PAGE, form_on(client.get(PAGE).content.decode()) | NAMES | values)


def titles_to_do() -> list[str]:
    return [step.name for step in checklist().steps if not step.is_done]


def test_an_empty_portal_leads_an_administrator_through_all_steps(sign_in, administrator, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    client = sign_in(administrator)
    assert titles_to_do() == ["organization", "register", "statuses", "bodies", "staff", "mail"]
    page = client.get("/").content.decode()
    assert "0 of 6 steps are done. Next: The Organization" in page
    assert fill_in(client).status_code == 302
    assert client.post("/setup/register/").status_code == 302
    assert (Entity.objects.count(), EntityName.objects.count(), EntityStatus.objects.count()) == (195, 585, 0)
    EntityStatus.objects.create(entity=Entity.objects.get(code="ke"), status="member", decision="Resolution 1")
    client.post("/setup/bodies/")
    make_staff("publisher")
    client.post("/setup/mail/", form_on(client.get("/setup/mail/").content.decode()))
    assert titles_to_do() == ["mail"]
    assert "waiting" in client.get("/setup/mail/").content.decode()
    run_job(Job.objects.get(kind="mail.send").pk)
    assert [(sent.to, sent.subject) for sent in mail.outbox] == [([administrator.email], "Test email of the portal")]
    assert "The email server has accepted it" in client.get("/setup/mail/").content.decode()
    assert titles_to_do() == []
    assert "Set up the portal" not in client.get("/").content.decode()


def test_a_test_email_that_the_server_refuses_is_shown_with_the_reason(sign_in, administrator, settings) -> None:
    settings.EMAIL_BACKEND = "tests.idm_portal.test_setup.Refusing"
    client = sign_in(administrator)
    client.post("/setup/mail/", form_on(client.get("/setup/mail/").content.decode()))
    job = Job.objects.get(kind="mail.send")
    for _attempt in range(len(pauses_of(job.kind)) + 1):
        Job.objects.update(not_before=None)
        run_job(job.pk)
    page = client.get("/setup/mail/").content.decode()
    assert ("The server is not there." in page, Mail.objects.get().state) == (True, "failed")
    assert "mail" in titles_to_do()


class Refusing:
    """An email server that refuses everything."""

    def __init__(self, **_options: object) -> None: ...

    def send_messages(self, _messages: object) -> int:
        raise OSError("The server is not there.")


def test_the_dismissed_checklist_leaves_the_dashboard_and_can_come_back(sign_in, administrator) -> None:
    client = sign_in(administrator)
    client.post("/setup/dismiss/", {"act": "dismiss"})
    assert "Set up the portal" not in client.get("/").content.decode()
    client.post("/setup/dismiss/", {"act": "show"})
    assert "Set up the portal" in client.get("/").content.decode()


def test_only_administrators_see_the_checklist(sign_in, editor) -> None:
    assert "Set-up" not in sign_in(editor).get("/").content.decode()


@pytest.mark.usefixtures("read_from_the_database")
def test_name_logo_and_colour_are_on_every_page_and_the_name_in_print_and_emails(
    sign_in, administrator, client
) -> None:
    before = client.get("/").headers["ETag"]
    fill_in(sign_in(administrator), acronym_en="OOP", colour="#0A5F38", logo=picture())
    row = Organization.objects.get()
    assert (row.colour, row.logo.media_type, row.edit_version) == ("#0a5f38", "image/png", 2)
    answer = client.get("/")
    assert answer.headers["ETag"] != before
    page = answer.content.decode()
    assert f'src="/organization/logo/{row.logo.sha256}" alt="OOP"' in page
    assert "Organization of Ports, International Dialogue on Migration" in page
    logo = client.get(f"/organization/logo/{row.logo.sha256}")
    assert (b"".join(logo.streaming_content)[:4], logo["X-Content-Type-Options"]) == (b"\x89PNG", "nosniff")
    stylesheet = client.get("/organization/2.css").content.decode()
    assert ("--accent: #0a5f38;" in stylesheet, "--bs-link-color-rgb: 10, 95, 56;" in stylesheet) == (True, True)
    assert client.get("/organization/1.css").status_code == 404
    document = make_draft(["Words."])
    styles = styles_for(document.body)
    printed = {code: masthead_of(document, code, styles[code]["words"])["organization"] for code in ("en", "fr", "es")}
    assert printed == {"en": "Organization of Ports", "fr": "Organisation des ports", "es": "Organización de Puertos"}
    text = render_to_string("workshops/registered_email.txt", {"participant": administrator, "link": "/x"})
    assert text.rstrip().endswith("International Dialogue on Migration\nOrganization of Ports")


def test_a_replaced_logo_leaves_no_file(sign_in, administrator) -> None:
    client = sign_in(administrator)
    fill_in(client, logo=picture("PNG"))
    first = StoredFile.objects.get()
    fill_in(client, logo=picture("JPEG"))
    assert (StoredFile.objects.get().media_type, first.path.exists()) == ("image/jpeg", False)
    fill_in(client, without_logo="on")
    assert (StoredFile.objects.count(), Organization.objects.get().logo) == (0, None)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name_fr": " "}, "This field is required."),
        ({"colour": "#ffff00"}, "White text is hard to read on this colour."),
        ({"colour": "url(x)"}, "Enter a colour such as #0b4f9e."),
        ({"zone": "Mars/Base"}, "Select a valid choice."),
        ({"name_en": "Two\nlines"}, "Enter the text on one line"),
        ({"logo": SimpleUploadedFile("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")}, "PNG"),
    ],
)
def test_what_does_not_fit_is_refused_beside_its_field(sign_in, administrator, values, words) -> None:
    answer = fill_in(sign_in(administrator), **values)
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Organization.objects.exists()


def test_languages_that_the_organization_does_not_use_are_not_offered(sign_in, administrator, client) -> None:
    fill_in(sign_in(administrator), languages=["fr"])
    assert Organization.objects.get().languages == ["en", "fr"]
    page = client.get("/").content.decode()
    assert ('hreflang="fr"' in page, 'hreflang="es"' in page) == (True, False)


def test_new_accounts_have_the_zone_of_the_organization(sign_in, administrator) -> None:
    fill_in(sign_in(administrator), zone="Africa/Nairobi")
    from membership.services import register_person

    assert register_person(email="a@example.org", first_name="A", actor=administrator).zone == "Africa/Nairobi"


def test_loading_the_list_leaves_what_the_register_has(sign_in, administrator) -> None:
    make_state("ke", name="Kenia")
    client = sign_in(administrator)
    page = client.get("/setup/register/").content.decode()
    assert ("194 States will be added." in page, "1 State is in the register already" in page) == (True, True)
    client.post("/setup/register/")
    assert EntityName.objects.get(entity__code="ke", language="en").short == "Kenia"


def test_every_service_of_the_setup_checks_the_role(editor) -> None:
    for act in (
        lambda: services.dismiss(actor=editor),
        lambda: services.confirm_step(actor=editor, name="bodies"),
        lambda: services.send_test(actor=editor, recipient="a@example.org"),
        lambda: services.save_organization(
            actor=editor, expected=1, names={}, acronyms={}, colour="", languages=[], zone="UTC"
        ),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_step_that_rows_decide_cannot_be_confirmed(administrator) -> None:
    with pytest.raises(Refused):
        services.confirm_step(actor=administrator, name="register")


@pytest.mark.parametrize(("colour", "contrast"), [("#ffffff", 1), ("#000000", 21), ("#767676", 4.54)])
def test_contrast_is_that_of_wcag(colour, contrast) -> None:
    assert contrast_with_white(colour) == pytest.approx(contrast, abs=0.01)
