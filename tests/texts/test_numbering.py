from tests.factories.documents import ANNEX, KEYS, NOTE, NOTES
from texts.compact import content_from_compact
from texts.numbering import NumberedPart, letter, number, roman


def parts(*blocks: list) -> list[NumberedPart]:
    made = [content_from_compact(list(given), keys=KEYS, notes=NOTES) for given in blocks]
    kinds = [("main", "main-text"), ("annex", "annex-a"), ("annex", "annex-b")]
    return [NumberedPart(key, kind, content) for (kind, key), content in zip(kinds, made, strict=False)]


def test_paragraphs_run_through_headings() -> None:
    numbering = number(parts(NOTE), "en")
    assert list(numbering.paragraphs.values()) == ["1", "2", "3"]
    assert list(numbering.headings.values()) == ["A"]
    assert list(numbering.items.values()) == ["(a)", "(b)", "(i)"]


def test_annexes_are_numbered_and_their_paragraphs_begin_again() -> None:
    annex = [{"n": "One."}, {"n": "Two.", "id": "two"}]
    numbering = number(parts(NOTE, annex, annex[:1]), "en")
    assert numbering.annexes == {"annex-a": "I", "annex-b": "II"}
    assert numbering.paragraphs["two"] == "2"
    assert numbering.refer("two") == "paragraph 2, Annex I"


def test_footnotes_run_on_through_the_annexes_or_begin_again() -> None:
    given = parts(NOTE, ANNEX)
    assert list(number(given, "en").footnotes.values()) == ["1", "2"]
    assert list(number(given, "en", footnotes_run_on=False).footnotes.values()) == ["1", "1"]


def test_references_are_words_of_the_language() -> None:
    given = parts(NOTE, ANNEX)
    words = {language: number(given, language) for language in ("en", "fr", "es")}
    assert [words[language].refer("later") for language in words] == ["paragraph 3", "paragraphe 3", "párrafo 3"]
    assert [words[language].refer("annex-a") for language in words] == ["Annex I", "l’annexe I", "el anexo I"]
    assert words["en"].refer("annex-a", "number") == "I"
    assert words["en"].refer("nowhere") is None
    assert list(words["fr"].items.values()) == ["a)", "b)", "i)"]


def test_a_reference_follows_when_its_paragraph_moves() -> None:
    assert number(parts([{"n": "New."}, *NOTE]), "en").refer("later") == "paragraph 4"


def test_letters_begin_again_below_each_heading() -> None:
    blocks = [{"h1": "X"}, {"lettered": "a"}, {"lettered": "b"}, {"h1": "Y"}, {"lettered": "c"}]
    assert list(number(parts(blocks), "en").headings.values()) == ["A", "B", "A"]


def test_point_after_a_number_is_not_part_of_a_reference() -> None:
    listed = {"list": [{"item": ["One.", {"list": ["Inside."], "style": "letters"}]}], "style": "numbers"}
    numbering = number(parts(NOTE, [listed]), "en")
    one, inside = (identity for identity in numbering.items if "Annex I" in numbering.refer(identity))
    assert (numbering.items[one], numbering.refer(one, "number"), numbering.refer(one)) == ("1.", "1", "1, Annex I")
    assert numbering.refer(inside).startswith("1 (")


def test_numbers_as_letters_and_roman_numerals() -> None:
    assert [letter(n) for n in (1, 26, 27, 52, 53)] == ["a", "z", "aa", "az", "ba"]
    assert [roman(n) for n in (1, 4, 9, 14, 40, 99)] == ["I", "IV", "IX", "XIV", "XL", "XCIX"]


def test_lists_in_quotations_cells_and_bullets_are_lettered_each_for_itself() -> None:
    def letters(*items: str) -> dict:
        return {"list": list(items), "style": "letters"}

    cell = content_from_compact([letters("one", "two")])["content"]
    table = content_from_compact([{"table": {"head": ["A"], "rows": [["B"]]}}])["content"][0]
    table["content"][1]["content"][0]["content"] = cell
    blocks = [
        {"n": "First.", "id": "first"},
        {"quote": ["They said:", letters("more", {"item": ["less", letters("much less")], "id": "less"})]},
        {"list": [{"item": ["A bullet", letters("under it")]}]},
    ]
    content = content_from_compact(blocks)
    content["content"].append(table)
    numbering = number([NumberedPart("main-text", "main", content)], "en")
    assert list(numbering.items.values()) == ["(a)", "(b)", "(i)", "(i)", "(a)", "(b)"]
    assert numbering.refer("less") == "paragraph 1 (b)"
