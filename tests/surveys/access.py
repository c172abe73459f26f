"""Expected answers of the pages of surveys and of personal links, by role."""

from collections.abc import Callable
from typing import Any

from surveys import services
from surveys.models import Answer, Survey
from tests.access import EDITORS, READERS, Row, everybody, only
from tests.factories.surveys import make_draft, make_link, make_open, make_questionnaire, make_settled

Kwargs = Callable[[], dict[str, Any]]
PUBLISHER = ("publisher",)
SAID = [{"overall": 4, "remarks": f"remark {place}"} for place in range(6)]


def slug_of(make: Callable[..., Survey], **fields: Any) -> Kwargs:
    return lambda: {"slug": make(**fields).slug}


def row_of(related: str) -> Kwargs:
    def kwargs() -> dict[str, Any]:
        survey = make_draft()
        return {"slug": survey.slug, "pk": getattr(survey, related).first().pk}

    return kwargs


def questionnaire() -> dict[str, Any]:
    return {"slug": make_questionnaire().slug}


def settled_questionnaire() -> dict[str, Any]:
    survey = make_questionnaire()
    services.close_now(survey=survey, actor=None)
    return {"slug": survey.slug}


def open_link() -> dict[str, Any]:
    return {"token": make_link(make_open().invitations.first())}


def wrong_link() -> dict[str, Any]:
    return {"token": "wrong"}


def comment() -> dict[str, Any]:
    survey = make_settled(answers=SAID)
    return {"slug": survey.slug, "pk": Answer.objects.exclude(text="").first().pk}


def section_of_settled() -> dict[str, Any]:
    survey = make_settled(answers=SAID)
    return {"slug": survey.slug, "pk": survey.sections.first().pk}


def theme() -> dict[str, Any]:
    survey = make_settled(answers=SAID)
    section = survey.sections.first()
    made = services.save_theme(section=section, code="calm", actor=None, values={"statement_en": "Calm."})
    return {"slug": survey.slug, "pk": made.pk}


def outcome() -> dict[str, Any]:
    survey = make_settled(answers=SAID)
    made = services.save_outcome(survey=survey, actor=None, values={"statement_en": "Go on."})
    return {"slug": survey.slug, "pk": made.pk}


draft, open_one, settled = slug_of(make_draft), slug_of(make_open), slug_of(make_settled, answers=SAID)
public = slug_of(make_settled, answers=SAID, audience="public")
READERS_ONLY = everybody(404) | dict.fromkeys(READERS, 200)
MEMBERS_AND_READERS = READERS_ONLY | {"delegate": 200}

PAGES = [
    Row("surveys:list", None, "GET", everybody(200)),
    Row("surveys:survey", open_one, "GET", everybody(200)),
    Row("surveys:survey", draft, "GET", READERS_ONLY, case="draft"),
    Row("surveys:survey", questionnaire, "GET", MEMBERS_AND_READERS, case="questionnaire to Member States"),
    Row("surveys:results", public, "GET", everybody(200)),
    Row("surveys:results", settled, "GET", READERS_ONLY, case="not opened"),
    Row("surveys:results", open_one, "GET", everybody(404), case="still open"),
    Row("surveys:results_csv", public, "GET", everybody(200)),
    Row("surveys:results_csv", settled, "GET", READERS_ONLY, case="not opened"),
    Row("surveys:results_xlsx", public, "GET", everybody(200)),
    Row("surveys:results_xlsx", settled, "GET", READERS_ONLY, case="not opened"),
    Row("survey_links:answer", open_link, "GET", everybody(200)),
    Row("survey_links:answer", wrong_link, "GET", everybody(404), case="wrong"),
    Row("survey_links:answer", open_link, "POST", everybody(200)),
    Row("survey_links:answer", wrong_link, "POST", everybody(404), case="wrong"),
]
DELEGATES = [
    Row("surveys:answer", questionnaire, "GET", only("delegate")),
    Row("surveys:answer", questionnaire, "POST", only("delegate")),
    Row("surveys:answer", open_one, "GET", only("delegate", status=404), case="of participants"),
]
EDITED = [
    Row("surveys:new", None, "GET", only(*EDITORS)),
    Row("surveys:new", None, "POST", only(*EDITORS), case="empty form"),
    Row("surveys:edit", draft, "GET", only(*EDITORS)),
    Row("surveys:preview", draft, "GET", only(*EDITORS)),
    Row("surveys:preview", draft, "POST", only(*EDITORS)),
    Row("surveys:settings", draft, "GET", only(*EDITORS)),
    Row("surveys:settings", draft, "POST", only(*EDITORS), case="empty form"),
    Row("surveys:section_new", draft, "GET", only(*EDITORS)),
    Row("surveys:section_new", draft, "POST", only(*EDITORS), case="empty form"),
    Row("surveys:section_edit", row_of("sections"), "GET", only(*EDITORS)),
    Row("surveys:section_edit", row_of("sections"), "POST", only(*EDITORS), case="empty form"),
    Row("surveys:section_remove", row_of("sections"), "GET", only(*EDITORS)),
    Row("surveys:section_remove", row_of("sections"), "POST", only(*EDITORS, status=409), case="no version"),
    Row("surveys:section_move", row_of("sections"), "POST", only(*EDITORS, status=302), {"move": "up"}),
    Row("surveys:question_new", row_of("sections"), "GET", only(*EDITORS)),
    Row("surveys:question_new", row_of("sections"), "POST", only(*EDITORS), case="empty form"),
    Row("surveys:question_edit", row_of("questions"), "GET", only(*EDITORS)),
    Row("surveys:question_edit", row_of("questions"), "POST", only(*EDITORS), case="empty form"),
    Row("surveys:question_remove", row_of("questions"), "GET", only(*EDITORS)),
    Row("surveys:question_remove", row_of("questions"), "POST", only(*EDITORS, status=409), case="no version"),
    Row("surveys:question_move", row_of("questions"), "POST", only(*EDITORS, status=302), {"move": "up"}),
    Row("surveys:invitations", open_one, "GET", only(*EDITORS)),
    Row("surveys:invite", open_one, "POST", only(*EDITORS, status=302)),
    Row("surveys:send", open_one, "POST", only(*EDITORS, status=302)),
    Row("surveys:sending", open_one, "GET", only(*EDITORS, status=404), case="nothing was sent"),
    Row("surveys:remind", open_one, "POST", only(*EDITORS, status=302)),
    Row("surveys:responses_csv", settled_questionnaire, "GET", only(*EDITORS)),
    Row("surveys:responses_csv", settled, "GET", only(*EDITORS, status=404), case="anonymous"),
    Row("surveys:responses_xlsx", settled_questionnaire, "GET", only(*EDITORS)),
    Row("surveys:responses_xlsx", settled, "GET", only(*EDITORS, status=404), case="anonymous"),
    Row("surveys:analysis", settled, "GET", only(*EDITORS)),
    Row("surveys:analysis", open_one, "GET", only(*EDITORS, status=404), case="still open"),
    Row("surveys:code", comment, "POST", only(*EDITORS, status=302)),
    Row("surveys:theme_new", section_of_settled, "GET", only(*EDITORS)),
    Row("surveys:theme_new", section_of_settled, "POST", only(*EDITORS), case="empty form"),
    Row("surveys:theme_edit", theme, "GET", only(*EDITORS)),
    Row("surveys:theme_edit", theme, "POST", only(*EDITORS), case="empty form"),
    Row("surveys:theme_remove", theme, "GET", only(*EDITORS)),
    Row("surveys:theme_remove", theme, "POST", only(*EDITORS, status=409), case="no version"),
    Row("surveys:outcome_new", settled, "GET", only(*EDITORS)),
    Row("surveys:outcome_new", settled, "POST", only(*EDITORS), case="empty form"),
    Row("surveys:outcome_edit", outcome, "GET", only(*EDITORS)),
    Row("surveys:outcome_edit", outcome, "POST", only(*EDITORS), case="empty form"),
    Row("surveys:outcome_remove", outcome, "GET", only(*EDITORS)),
    Row("surveys:outcome_remove", outcome, "POST", only(*EDITORS, status=409), case="no version"),
]
PUBLISHED = [
    Row("surveys:set", draft, "GET", only(*PUBLISHER)),
    Row("surveys:set", draft, "POST", only(*PUBLISHER, status=302)),
    Row("surveys:extend", open_one, "GET", only(*PUBLISHER)),
    Row("surveys:extend", open_one, "POST", only(*PUBLISHER), case="empty form"),
    Row("surveys:close", open_one, "GET", only(*PUBLISHER)),
    Row("surveys:close", open_one, "POST", only(*PUBLISHER, status=302)),
    Row("surveys:open_results", settled, "GET", only(*PUBLISHER)),
    Row("surveys:open_results", settled, "POST", only(*PUBLISHER, status=302), {"audience": "public"}),
]

ROWS = [*PAGES, *DELEGATES, *EDITED, *PUBLISHED]
