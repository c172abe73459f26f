"""Sealed contents are opened with their key, for their purpose, and by nothing else."""

import stat
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from foundation.anonymity import sealing
from foundation.anonymity.checks import sealing_key_is_there, waiting_rows_can_be_opened
from foundation.anonymity.sealing import KeyProblem, Sealed, seal, unseal
from foundation.time.clock import database_now
from surveys import services as surveys
from surveys.models import Answer, HeldResponse, Mark, Survey
from tests.factories.membership import make_staff
from tests.factories.surveys import answer_all, close, make_open
from tests.factories.votes import cast, make_delegation, make_formal, make_secret
from votes import services as votes
from votes.checks import signing_key_is_there
from votes.models import Ballot, HeldChoice, Position, Result, Vote

CONTENT = "Zoë said “no” 🙂".encode()


@pytest.fixture
def key_file(settings, tmp_path):
    settings.SEALING_KEY_FILE = tmp_path / "keys" / "sealing-key.pem"
    return settings.SEALING_KEY_FILE


def errors(*, databases=None) -> list[str]:
    found = [*sealing_key_is_there(), *signing_key_is_there(), *waiting_rows_can_be_opened(databases=databases)]
    return [error.id for error in found]


def made(*options: str) -> str:
    output = StringIO()
    call_command("make_keys", *options, stdout=output)
    return output.getvalue()


# --- Sealing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b"\0\0", CONTENT, b"x" * 60])
def test_sealed_contents_come_back_and_all_have_one_length(key_file, content):
    sealed = seal(content, size=60, purpose="p")
    assert unseal(sealed, purpose="p") == content
    assert len(sealed.text) == len(seal(b"", size=60, purpose="p").text)
    assert sealed != seal(content, size=60, purpose="p")


def test_contents_that_are_too_long_are_refused_rather_than_longer(key_file):
    with pytest.raises(ValueError, match="61 bytes"):
        seal(b"x" * 61, size=60, purpose="p")


def test_contents_sealed_for_one_purpose_are_not_opened_for_another(key_file):
    sealed = seal(CONTENT, size=60, purpose="answers to survey 1")
    with pytest.raises(KeyProblem, match="altered"):
        unseal(sealed, purpose="answers to survey 2")


@pytest.mark.parametrize("text", ["", "AAAA", "no base64!", "A" * 400])
def test_altered_contents_are_a_key_problem(key_file, text):
    with pytest.raises(KeyProblem, match="altered"):
        unseal(Sealed(seal(b"", size=1, purpose="p").key, text), purpose="p")


def test_key_file_is_readable_by_its_owner_only(key_file):
    sealing.create_key()
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert sealing.create_key() is None


@pytest.mark.parametrize("content", ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_key_file_without_a_key_is_a_key_problem(key_file, content):
    key_file.parent.mkdir()
    key_file.write_text(content)
    with pytest.raises(KeyProblem):
        seal(b"", size=1, purpose="p")


# --- Renewal ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_renewed_key_seals_and_the_former_one_still_opens_until_it_is_removed(key_file):
    assert "created" in made()
    before = seal(CONTENT, size=60, purpose="p")
    assert "exists" in made()
    made("--new-sealing-key")
    after = seal(CONTENT, size=60, purpose="p")
    assert sealing.fingerprints() == [after.key, before.key]
    assert unseal(before, purpose="p") == unseal(after, purpose="p") == CONTENT
    assert before.key in made("--remove-former-sealing-keys")
    assert unseal(after, purpose="p") == CONTENT
    with pytest.raises(KeyProblem, match=f"lacks the key {before.key}"):
        unseal(before, purpose="p")


@pytest.mark.django_db
def test_former_key_is_not_removed_while_rows_wait_for_it(key_file):
    survey = make_open(participants=1)
    answer_all(survey, [{"overall": 4}])
    made("--new-sealing-key")
    with pytest.raises(CommandError, match="rows still wait"):
        made("--remove-former-sealing-keys")
    close(survey)
    made("--remove-former-sealing-keys")
    assert len(sealing.fingerprints()) == 1


# --- A key that is lost -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_lost_key_loses_no_answer_silently_and_the_right_file_brings_all_of_them_back(key_file, caplog):
    survey = make_open(participants=3)
    answer_all(survey, [{"overall": 4, "remarks": f"remark {place}"} for place in range(3)])
    right = key_file.read_bytes()
    assert errors(databases=["default"]) == []
    key_file.unlink()
    sealing.create_key()
    assert errors(databases=["default"]) == ["foundation.E003"]
    surveys.close_now(survey=survey, actor=None)
    survey.refresh_from_db()
    assert (survey.is_settled, survey.responses.count(), HeldResponse.objects.count()) == (False, 0, 3)
    assert f"the answers to survey {survey.slug} wait" in caplog.text
    key_file.write_bytes(right)
    assert surveys.settle(survey=survey)
    assert sorted(Answer.objects.exclude(text="").values_list("text", flat=True)) == [
        "remark 0",
        "remark 1",
        "remark 2",
    ]
    assert HeldResponse.objects.count() == 0


@pytest.mark.django_db
def test_lost_key_loses_no_secret_vote_and_pages_go_on(key_file, client, caplog):
    heads = [make_delegation(code) for code in ("au", "fr", "jp")]
    ballot = make_secret("secret")
    for head, choice in zip(heads, "ABB", strict=True):
        cast(ballot, head, choice)
    right = key_file.read_bytes()
    key_file.unlink()
    sealing.create_key()
    Ballot.objects.filter(pk=ballot.pk).update(closes_at=database_now())
    assert votes.ensure_closed(ballot=ballot) is None
    assert (HeldChoice.objects.count(), Result.objects.count()) == (3, 0)
    assert "the ballot secret is not counted" in caplog.text
    for person in (None, heads[0].person, make_staff("publisher")):
        if person is not None:
            client.force_login(person)
        pages = [reverse(f"votes:{name}", args=["secret"]) for name in ("ballot", "results")]
        assert [client.get(page).status_code for page in pages] == [200, 200]
    key_file.write_bytes(right)
    assert votes.ensure_closed(ballot=ballot).content["options"] == {"A": 1, "B": 2, "C": 0}


@pytest.mark.django_db
def test_without_a_key_nothing_is_acknowledged_and_checks_and_readiness_fail(key_file, settings, client):
    settings.PRODUCTION = True
    survey, ballot, head = make_open(participants=1), make_secret(), make_delegation("au")
    with pytest.raises(KeyProblem):
        answer_all(survey, [{"overall": 4}])
    with pytest.raises(KeyProblem):
        cast(ballot, head, "A")
    assert (HeldResponse.objects.count(), Mark.objects.count(), HeldChoice.objects.count()) == (0, 0, 0)
    assert (Vote.objects.count(), errors()) == (0, ["foundation.E001"])
    assert client.get("/readyz").status_code == 503
    made()
    answer_all(survey, [{"overall": 4}])
    assert (HeldResponse.objects.count(), errors(), client.get("/readyz").status_code) == (1, [], 200)


def test_key_inside_the_folder_that_is_backed_up_is_an_error(settings, tmp_path):
    settings.PRODUCTION, settings.PORTAL_DATA = True, tmp_path
    settings.SEALING_KEY_FILE = tmp_path / "sealing-key.pem"
    made()
    assert errors() == ["foundation.E002"]


def test_missing_signing_key_is_an_error_in_production(key_file, settings, tmp_path):
    settings.PRODUCTION, settings.SIGNING_KEY_FILE = True, tmp_path / "signing-key.pem"
    sealing.create_key()
    assert errors() == ["votes.E001"]
    made()
    assert errors() == []


# --- Answers of the version before ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_answers_and_choices_that_waited_unsealed_before_an_upgrade_are_counted():
    survey = make_open(participants=2)
    first, second = survey.invitations.all()
    HeldResponse.objects.create(survey=survey, answers={"overall": 2, "remarks": "before"})
    Mark.objects.create(invitation=first, survey=survey)
    surveys.submit_response(invitation=second, answers={"overall": 3, "remarks": "after"})
    close(survey)
    assert sorted(Answer.objects.exclude(text="").values_list("text", flat=True)) == ["after", "before"]
    assert Survey.objects.get(pk=survey.pk).is_settled

    heads = [make_delegation(code) for code in ("au", "fr")]
    ballot = make_secret()
    for head in heads:
        cast(ballot, head, "A")
    held = HeldChoice.objects.first()
    HeldChoice.objects.filter(pk=held.pk).update(answer=["B"], key="")
    closes_at = Ballot.objects.get(pk=ballot.pk).closes_at
    assert votes.ensure_closed(ballot=ballot, now=closes_at).content["options"] == {"A": 1, "B": 1, "C": 0}


# --- Drafts in secret ballots -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_draft_in_a_secret_ballot_is_stored_sealed_and_read_by_its_delegation(key_file):
    head = make_delegation("au")
    drafts = {}
    for ballot in (make_secret("secret"), make_formal("formal")):
        mine = {"ballot": ballot, "delegation": head, "actor": head.person}
        saved = votes.save_position(**mine, choices=["A"], note="as the capital says")
        changed = votes.save_position(**mine, choices=["B"], note="é" * 5000, expected=saved.edit_version)
        cleared = votes.clear_position(**mine, expected=changed.edit_version)
        assert (cleared.stage, cleared.answered, cleared.note) == ("cleared", (["B"], False), "é" * 5000)
        with connection.cursor() as cursor:
            cursor.execute("SELECT choices, note <> '', sealed <> '' FROM votes_position WHERE id = %s", [cleared.pk])
            drafts[ballot.slug] = cursor.fetchone()
    assert drafts == {"secret": ([], False, True), "formal": (["B"], True, False)}


@pytest.mark.django_db
def test_draft_without_its_key_is_blank_and_cannot_be_cast_as_cleared(key_file):
    head = make_delegation("au")
    ballot = make_secret()
    mine = {"ballot": ballot, "delegation": head, "actor": head.person}
    votes.save_position(**mine, choices=["A"], note="note")
    assert errors(databases=["default"]) == []
    key_file.unlink()
    sealing.create_key()
    row = Position.objects.get()
    assert (row.choices, row.note, errors(databases=["default"])) == ([], "", ["foundation.E003"])
