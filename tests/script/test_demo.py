import pytest

from script.lib import demo
from script.lib.environment import RefusalError


def test_pause_before_a_restart_doubles_up_to_its_limit_and_starts_over_after_steady_work():
    pauses = [0.0]
    for _ in range(7):
        pauses.append(demo.next_pause(pauses[-1], lived=0.5))
    assert pauses[1:] == [1, 2, 4, 8, 16, 30, 30]
    assert demo.next_pause(30, lived=demo.STEADY_SECONDS) == 1


def test_end_of_a_child_is_described():
    assert demo.how_it_ended(-9) == "was ended by SIGKILL"
    assert demo.how_it_ended(3) == "ended with code 3"


def test_unknown_word_is_refused():
    with pytest.raises(RefusalError) as refusal:
        demo.check_start(["--fresh", "--frehs"])
    assert str(refusal.value) == "script/demo knows --fresh and nothing else, not --frehs."


def test_second_demo_of_one_checkout_is_refused_with_the_address_of_the_first(monkeypatch, tmp_path):
    monkeypatch.setattr(demo, "LOCAL", tmp_path)
    monkeypatch.delenv("PORTAL_DB", raising=False)
    with demo.demo_lock() as first:
        first.write("http://127.0.0.1:8000/")
        first.flush()
        with pytest.raises(RefusalError) as refusal:
            demo.demo_lock()
        assert str(refusal.value) == "The demonstration of this checkout already runs at http://127.0.0.1:8000/."
        monkeypatch.setenv("PORTAL_DB", "other")
        demo.demo_lock().close()
    monkeypatch.delenv("PORTAL_DB")
    demo.demo_lock().close()
