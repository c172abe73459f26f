"""Two editors at the same moment, on real connections: positions stay complete and no text is lost."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from council import services
from council.models import AgendaItem, Meeting
from foundation.editing import Clash
from tests.factories.council import is_whole, make_agenda

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run both at the same time and return the outcome of each: done or refused."""
    start, outcomes = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
            outcomes[place] = "done"
        except Clash:
            outcomes[place] = "refused"
        except Exception as error:
            outcomes[place] = repr(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def test_one_reorders_while_another_takes_off():
    for _round in range(ROUNDS):
        meeting, items = make_agenda()
        seen = meeting.order_version
        outcomes = at_once(
            lambda: services.move_item(item=items["Debate"], parent=items["Segment"], position=0, expected=seen),  # noqa: B023
            lambda: services.remove_item(item=items["Segment"], expected=1, expected_order=seen, reason="Gone"),  # noqa: B023
        )
        assert sorted(outcomes) == ["done", "refused"]
        assert is_whole(meeting)
        texts = set(AgendaItem.objects.filter(meeting=meeting).values_list("title_en", flat=True))
        assert texts == {"Opening", "Segment", "Keynotes", "Launch", "Debate", "Closing"}
        assert meeting.items.active().count() == (6 if outcomes[0] == "done" else 3)


def test_two_moves_from_one_order():
    for _round in range(ROUNDS):
        meeting, items = make_agenda()
        seen = meeting.order_version
        outcomes = at_once(
            lambda: services.move_item(item=items["Closing"], parent=None, position=0, expected=seen),  # noqa: B023
            lambda: services.move_item(item=items["Opening"], parent=items["Segment"], position=2, expected=seen),  # noqa: B023
        )
        assert (sorted(outcomes), is_whole(meeting)) == (["done", "refused"], True)


def test_two_saves_of_one_item_during_moves_and_additions():
    for number in range(ROUNDS):
        meeting, items = make_agenda()
        seen = meeting.order_version
        outcomes = at_once(
            lambda: services.edit_item(item=items["Opening"], expected=1, title_en="One"),  # noqa: B023
            lambda: services.edit_item(item=items["Opening"], expected=1, title_en="Two"),  # noqa: B023
            lambda: services.move_item(item=items["Opening"], parent=None, position=2, expected=seen),  # noqa: B023
            lambda: services.add_item(meeting=meeting, title=f"New {number}"),  # noqa: B023
        )
        assert sorted(outcomes[:2]) == ["done", "refused"]
        assert (outcomes[3], is_whole(meeting), meeting.items.active().count()) == ("done", True, 7)
        current = Meeting.objects.get(pk=meeting.pk)
        assert current.agenda_version == meeting.agenda_version + outcomes.count("done")
