"""Administrators run jobs again that were set aside, or drop them."""

import datetime as dt

import pytest

from foundation.jobs import registry, services
from foundation.jobs.models import Job
from foundation.jobs.registry import job_handler
from foundation.time.clock import database_now

pytestmark = pytest.mark.django_db
PAGE = "/operations/jobs/"


@pytest.fixture
def published(monkeypatch):
    """Register a kind for this test, and list published jobs instead of sending them to a broker."""
    monkeypatch.setattr(registry, "_handlers", {"mail.send": registry.registered("mail.send")})
    job_handler("test.work")(lambda context, **arguments: arguments)
    found = []
    monkeypatch.setattr("foundation.jobs.decisions.publish", lambda job: found.append(job.pk))
    monkeypatch.setattr(services, "publish", lambda job: True)
    return found


def set_aside(key: str = "one", **values) -> Job:
    defaults = {"kind": "test.work", "state": "set_aside", "attempt": 3, "error": "ValueError: no paper"}
    return Job.objects.create(key=key, finished_at=database_now(), **{**defaults, **values})


def states() -> dict[str, str]:
    return dict(Job.objects.values_list("key", "state"))


def post(browser, act: str, *jobs: Job):
    return browser.post(PAGE, {"act": act, "job": [str(job.pk) for job in jobs]})


def test_job_runs_again_with_all_its_attempts(published, sign_in, administrator, django_capture_on_commit_callbacks):
    one, other = set_aside("one", arguments={"word": "paper"}), set_aside("other")
    with django_capture_on_commit_callbacks(execute=True):
        post(sign_in(administrator), "run", one)
    assert published == [one.pk]
    one.refresh_from_db()
    assert (one.state, one.attempt, one.error, one.finished_at) == ("waiting", 0, "", None)
    assert services.run_job(str(one.pk)) == "ready"
    one.refresh_from_db()
    assert (one.result, states()["other"]) == ({"word": "paper"}, "set_aside")
    assert other.attempt == 3


def test_job_is_dropped_only_after_a_confirmation(published, sign_in, administrator):
    one, other = set_aside("one"), set_aside("other")
    browser = sign_in(administrator)
    asked = post(browser, "drop", one).content.decode()
    assert str(one.pk) in asked and str(other.pk) not in asked
    assert "These jobs will not run again" in asked
    assert states() == {"one": "set_aside", "other": "set_aside"}
    post(browser, "confirmed", one)
    assert states() == {"one": "dropped", "other": "set_aside"}
    assert services.run_job(str(one.pk)) == "not taken"


def test_work_that_was_requested_again_meanwhile_is_not_done_twice(published, sign_in, administrator):
    first, second = set_aside("same"), set_aside("same")
    newer = services.request_job(kind="test.work", key="same", arguments={})
    post(sign_in(administrator), "run", first, second)
    assert dict(Job.objects.values_list("pk", "state")) == {
        first.pk: "dropped",
        second.pk: "dropped",
        newer.pk: "waiting",
    }


def test_work_that_was_set_aside_twice_runs_once(published, sign_in, administrator):
    first, second = set_aside("same"), set_aside("same")
    Job.objects.filter(pk=second.pk).update(finished_at=database_now() + dt.timedelta(seconds=1))
    post(sign_in(administrator), "run", first, second)
    assert dict(Job.objects.values_list("pk", "state")) == {first.pk: "waiting", second.pk: "dropped"}


def test_jobs_that_were_decided_or_never_set_aside_stay(published, sign_in, administrator):
    jobs = [set_aside(state, state=state) for state in ("ready", "failed", "waiting", "dropped")]
    browser = sign_in(administrator)
    for act in ("run", "confirmed"):
        post(browser, act, *jobs)
    browser.post(PAGE, {"act": "run", "job": ["x", "\x00", ""]})
    assert states() == {state: state for state in ("ready", "failed", "waiting", "dropped")}


def test_page_says_kind_reason_and_attempts_and_nothing_that_may_be_secret(published, sign_in, administrator):
    set_aside(
        "secret-key",
        kind="votes.tell_of_vote",
        arguments={"token": "secret-token"},
        error="IntegrityError: 'choice A' of head.au@idm.example from 10.1.2.3\nDETAIL: Key (choices)=(B) exists",
        result={"choice": "secret-result"},
    )
    set_aside("mail", kind="mail.send")
    page = sign_in(administrator).get(PAGE).content.decode()
    assert "votes.tell_of_vote" in page and "IntegrityError: … of … from …" in page and ">3</td>" in page
    assert [word for word in ("secret", "choice A", "(B)", "head.au", "10.1.2.3", "mail.send") if word in page] == []


def test_dashboard_of_administrators_links_to_the_page(published, sign_in, administrator, editor):
    set_aside("one")
    set_aside("mail", kind="mail.send")  # it has a page of its own
    assert "1 job needs your decision" in sign_in(administrator).get("/").content.decode()
    assert "needs your decision" not in sign_in(editor).get("/").content.decode()


def test_page_takes_as_many_queries_for_many_jobs(published, sign_in, administrator, django_assert_max_num_queries):
    browser = sign_in(administrator)
    set_aside("first")
    browser.get(PAGE)
    with django_assert_max_num_queries(100) as one:
        browser.get(PAGE)
    for number in range(20):
        set_aside(f"job-{number}")
    with django_assert_max_num_queries(len(one)):
        page = browser.get(PAGE).content.decode()
    assert page.count('name="job"') == 21


def test_metrics_count_jobs_by_kind(published, settings, client):
    settings.METRICS_TOKEN = "token"
    set_aside("one")
    set_aside("two", kind="documents.render", queue="pdf")
    text = client.get("/metrics", headers={"Authorization": "Bearer token"}).content.decode()
    assert 'portal_jobs{kind="test.work",queue="default",state="set_aside"} 1.0' in text
    assert 'portal_jobs{kind="documents.render",queue="pdf",state="set_aside"} 1.0' in text
    assert 'portal_queue_taken_seconds{queue="pdf"} +Inf' in text
