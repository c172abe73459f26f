"""Measure opening and sending a survey by personal link against a form with three fields in bare Django.

Each link is used once, over its own connection. Afterwards the benchmark checks that every acknowledged response has
been stored.
"""

import hashlib
import http.client
import re
import time
from urllib.parse import urlencode

from bench import servers
from bench.table import median, show

ROUNDS, LINKS = 5, 60
AIM = 0.3  # least ratio to the rate of bare Django


def run() -> None:
    addresses, answers = links(ROUNDS * LINKS)
    before = stored()
    with servers.bare_django() as (floor_port, _floor), servers.portal() as (port, _portal):
        ours, bare = [], []
        for n in range(ROUNDS):
            ours.append(a_second(port, addresses[n * LINKS : (n + 1) * LINKS], answers))
            bare.append(a_second(floor_port, ["/1/survey/"] * LINKS, {"a1": "yes", "a2": "words", "a3": "more"}))
    held, moved, marks = (now - then for now, then in zip(stored(), before, strict=True))
    rate, floor_rate = median(ours), median(bare)
    header = ["", "a second", "bare Django", "ratio"]
    show(
        "A survey opened and sent (one reader after the other, medians of five rounds)",
        header,
        [["personal link", f"{rate:.0f}", f"{floor_rate:.0f}", f"{rate / floor_rate:.2f}"]],
    )
    print(f"\nAim: above {AIM} of bare Django: {'met' if rate / floor_rate > AIM else 'missed'}.")
    sent = len(addresses)
    print(f"\nOf {sent} acknowledged answers {moved} are moved and {held} held: {moved + held} stored; {marks} marked.")
    if not sent == moved + held == marks:
        raise RuntimeError("what was acknowledged and what is stored differ")


def a_second(port: int, addresses: list[str], answers: dict[str, str]) -> float:
    begun = time.perf_counter()
    for address in addresses:
        open_and_send(port, address, answers)
    return len(addresses) / (time.perf_counter() - begun)


def open_and_send(port: int, address: str, answers: dict[str, str]) -> None:
    """Fetch the form, and send it with its CSRF token if it has one."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", address)
    page = connection.getresponse()
    html, cookie = page.read().decode(), (page.headers.get("Set-Cookie") or "").split(";")[0]
    fields = dict(answers)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
    if token:
        fields["csrfmiddlewaretoken"] = token[1]
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    connection.request("POST", address, urlencode(fields), headers)
    sent = connection.getresponse()
    page_sent = sent.read()
    # The portal answers with a page, bare Django with a redirect. Anything else is a form with errors.
    if (sent.status, b"alert-success" in page_sent) not in {(200, True), (302, False)}:
        raise RuntimeError(f"{address} answered {sent.status}")
    connection.close()


def stored() -> tuple[int, int, int]:
    """Return the numbers of held responses, moved responses and marks over all surveys."""
    from surveys.models import HeldResponse, Mark, Response

    return HeldResponse.objects.count(), Response.objects.count(), Mark.objects.count()


def links(count: int) -> tuple[list[str], dict[str, str]]:
    """Return new personal links of an open survey, and answers to its questions.

    Deletes everything that earlier runs left in the survey, so that each run starts with an empty one.
    """
    from django.db import connection
    from django.utils import timezone

    from surveys.models import Answer, HeldResponse, Invitation, Mark, PersonalLink, Response, Survey
    from workshops.models import Participant

    survey = Survey.objects.open_at(timezone.now()).exclude(workshop=None).get(slug="societies-2010-open")
    Answer.objects.filter(response__survey=survey).delete()
    for model in (Response, HeldResponse, Mark, Invitation):
        model.objects.filter(survey=survey).delete()
    with connection.cursor() as cursor:
        for model in (Mark, HeldResponse, Response, Answer, PersonalLink, Invitation):
            cursor.execute(f"VACUUM ANALYZE {model._meta.db_table}")
    free = Participant.objects.exclude(survey_invitations__survey=survey).order_by("-pk")[:count]
    invitations = Invitation.objects.bulk_create(
        Invitation(survey=survey, participant=person, state=Invitation.State.SENT) for person in free
    )
    tokens = [f"bench-{invitation.pk}-{time.time_ns()}" for invitation in invitations]
    PersonalLink.objects.bulk_create(
        PersonalLink(invitation=invitation, token_hash=hashlib.sha256(token.encode()).hexdigest())
        for invitation, token in zip(invitations, tokens, strict=True)
    )
    answers = {"to": "send", "here": "1"}
    for question in survey.questions.all():
        answers[f"q-{question.code}"] = {"scale": "4", "yes-no": "1"}.get(question.kind, "")
    return [f"/s/{token}/" for token in tokens], answers
