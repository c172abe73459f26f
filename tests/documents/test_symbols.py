import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from documents import services
from documents.models import Body, Document, SymbolPattern
from documents.permissions import NotAllowed
from foundation.refusals import Refused
from tests.factories.documents import make_draft
from tests.factories.membership import make_staff
from texts.symbols import is_pattern

pytestmark = pytest.mark.django_db


def make_pattern(pattern="MC/{number}", body=Body.COUNCIL, kind="", first_number=1) -> SymbolPattern:
    return services.add_pattern(actor=None, body=body, kind=kind, pattern=pattern, first_number=first_number)


def unsymboled(**masthead) -> Document:
    values = {
        "title_en": "A paper",
        "dated": dt.date(2010, 9, 20),
        "body": Body.COUNCIL,
    } | masthead
    return services.create_document(actor=None, **values)


@pytest.mark.parametrize("pattern", ["IC/{year}/{number}", "MC/{number}", "MC/INF/{number}", "C/{session}/{number}"])
def test_patterns_that_bodies_use(pattern) -> None:
    assert is_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["MC", "MC/{year}", "mc/{number}", "MC/{number}/{number}", "MC/{month}/{number}", "MC {number}", "{number}"],
)
def test_a_pattern_that_makes_no_symbols_is_refused(pattern) -> None:
    with pytest.raises(Refused):
        make_pattern(pattern)


def test_a_kind_with_a_pattern_of_its_own_does_not_take_the_bodys() -> None:
    make_pattern("MC/{number}", first_number=2317)
    make_pattern("MC/INF/{number}", kind="information", first_number=302)
    note, information = unsymboled(), unsymboled(kind="information")
    assert [services.proposed_symbol(document) for document in (note, information)] == ["MC/2317", "MC/INF/302"]
    taken = [services.assign_symbol(document=document, actor=None).symbol for document in (note, information)]
    assert taken == ["MC/2317", "MC/INF/302"]


def test_each_year_and_each_session_counts_from_one() -> None:
    make_pattern("IC/{year}/{number}", Body.CONSULTATIONS)
    make_pattern("C/{session}/{number}")
    consultations = {"body": Body.CONSULTATIONS}
    taken = [
        services.assign_symbol(document=document, actor=None, session=session).symbol
        for document, session in (
            (unsymboled(**consultations), None),
            (unsymboled(**consultations), None),
            (unsymboled(**consultations, dated=dt.date(2011, 1, 3)), None),
            (unsymboled(), 99),
            (unsymboled(), 100),
        )
    ]
    assert taken == ["IC/2010/1", "IC/2010/2", "IC/2011/1", "C/99/1", "C/100/1"]


def test_a_symbol_of_consultations_is_restricted_when_it_is_taken() -> None:
    make_pattern("IC/{year}/{number}", Body.CONSULTATIONS)
    taken = services.assign_symbol(document=unsymboled(body=Body.CONSULTATIONS), actor=None)
    assert taken.distribution == "restricted"


def test_a_number_written_by_hand_is_passed_over() -> None:
    make_pattern()
    make_draft(symbol="MC/1")
    make_draft(symbol="MC/2")
    assert services.assign_symbol(document=unsymboled(), actor=None).symbol == "MC/3"


def test_taking_is_refused_with_the_reason() -> None:
    with pytest.raises(
        Refused, match=r"There is no symbol pattern for this body and kind\. Enter the symbol yourself\."
    ):
        services.assign_symbol(document=unsymboled(), actor=None)
    make_pattern("C/{session}/{number}")
    with pytest.raises(Refused, match=r"Enter the session number\. It is part of the symbol\."):
        services.assign_symbol(document=unsymboled(), actor=None)
    with pytest.raises(Refused, match="already"):
        services.assign_symbol(document=make_draft(symbol="MC/7"), actor=None)


@pytest.mark.parametrize("other", ["IC/2010/09", "IC/02010/9"])
def test_the_database_takes_no_symbol_twice_however_it_is_written(other) -> None:
    make_draft(symbol="IC/2010/9")
    with pytest.raises(Refused, match=r"is already in use\."):
        make_draft(symbol=other)
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=unsymboled().pk).update(symbol=other)


def test_patterns_are_for_administrators() -> None:
    with pytest.raises(NotAllowed):
        services.add_pattern(actor=make_staff("publisher"), body=Body.COUNCIL, kind="", pattern="MC/{number}")
    row = services.add_pattern(actor=make_staff("administrator"), body=Body.COUNCIL, kind="", pattern="MC/{number}")
    changed = services.change_pattern(row=row, expected=1, actor=make_staff("administrator"), first_number=2317)
    assert (changed.edit_version, services.proposed_symbol(unsymboled())) == (2, "MC/2317")


@pytest.mark.django_db(transaction=True)
def test_people_who_take_at_the_same_moment_get_different_numbers() -> None:
    make_pattern()
    documents = [unsymboled() for _ in range(6)]
    start = threading.Barrier(len(documents))
    failures: list[BaseException] = []

    def take(document: Document) -> None:
        try:
            start.wait(10)
            services.assign_symbol(document=document, actor=None)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[document]) for document in documents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert failures == []
    symbols = sorted(Document.objects.filter(body=Body.COUNCIL).values_list("symbol", flat=True))
    assert symbols == [f"MC/{number}" for number in range(1, 7)]
