import re
from xml.etree import ElementTree

import pytest

from foundation.pages.charts import Bar, bar_chart

SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def texts(svg: str) -> list[str]:
    return [text.text for text in drawn(svg).iter(f"{SVG}text")]


def bar_lengths(svg: str) -> list[float]:
    return [float(rect.get("width")) for rect in drawn(svg).iter(f"{SVG}rect") if rect.get("fill") == "#0b4f9e"]


def test_labels_and_values_stand_in_the_drawing_in_order():
    svg = bar_chart([("General appreciation", 82), ("Objectives", 80.4)], title="Scores", unit="%", language="en")
    assert texts(svg) == ["General appreciation", "82%", "Objectives", "80.4%"]


def test_drawing_has_a_name_and_a_description_for_screen_readers():
    root = drawn(bar_chart([("A", 41), Bar("B", None, "suppressed")], title="First choices", language="en"))
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert (title.text, description.text) == ("First choices", "Bar chart. A: 41; B: suppressed.")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"


def test_percentages_are_drawn_against_a_hundred_and_numbers_against_the_largest():
    whole = bar_lengths(bar_chart([("A", 100), ("B", 50)], title="t", unit="%"))
    assert whole[1] == pytest.approx(whole[0] / 2, abs=0.1)
    of_forty = bar_lengths(bar_chart([("A", 40), ("B", 10)], title="t"))
    assert of_forty[1] == pytest.approx(of_forty[0] / 4, abs=0.1)
    assert bar_lengths(bar_chart([("A", 40)], title="t", maximum=80)) == [
        pytest.approx(of_forty[0] / 2, abs=0.1),
    ]


def test_a_suppressed_value_is_said_and_not_drawn():
    svg = bar_chart([("Africa", 12), Bar("Oceania", None, "fewer than five answers")], title="t", language="en")
    assert texts(svg) == ["Africa", "12", "Oceania", "fewer than five answers"]
    assert len(bar_lengths(svg)) == 1


def test_nothing_in_a_label_becomes_markup():
    evil = '</title><script>alert(1)</script>"&'
    svg = bar_chart([(evil, 1)], title=evil, unit=evil, description=evil, width=2000)
    assert "<script" not in svg
    assert drawn(svg).find(f"{SVG}title").text == evil


def test_the_drawing_carries_no_style_class_or_event():
    svg = bar_chart([("A", 1)], title="t", unit="%")
    assert not re.findall(r"\s(?:class|style|on\w+|href)=", svg)


def test_numbers_are_written_in_the_language():
    rows = [("Budget", 200000.5)]
    assert texts(bar_chart(rows, title="t", unit="USD", language="en"))[1] == "200,000.5 USD"
    assert texts(bar_chart(rows, title="t", unit="USD", language="es"))[1] == "200.000,5 USD"
    assert texts(bar_chart([("x", 82)], title="t", unit="%", language="fr"))[1] == "82\N{NO-BREAK SPACE}%"


def test_long_labels_are_broken_and_the_rows_below_move_down():
    short = drawn(bar_chart([("A", 1), ("B", 1)], title="t"))
    broken = bar_chart(
        [("A label of a section that is far too long to stand in one line of the drawing", 1), ("B", 1)], title="t"
    )
    assert len(texts(broken)) == 2 * 2 + 1
    assert int(drawn(broken).get("height")) == int(short.get("height")) + 19
    endless = texts(bar_chart([("x" * 500, 1)], title="t"))
    assert "".join(endless[:-1]) == "x" * 500


def test_the_same_rows_give_the_same_bytes_and_no_rows_an_empty_drawing():
    rows = [("A", 1), ("B", 2)]
    assert bar_chart(iter(rows), title="t") == bar_chart(rows, title="t")
    assert texts(bar_chart([], title="t")) == []


def test_a_negative_value_is_refused():
    with pytest.raises(ValueError, match="shorter than nothing: B"):
        bar_chart([("A", 1), ("B", -1)], title="t")
