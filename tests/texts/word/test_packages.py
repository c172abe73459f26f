"""Word files saved by other programs give the same text as the usual ones."""

import pytest

from tests.factories.word_files import WordFile
from tests.factories.word_notes import TYPINGS, SecretariatNote
from tests.factories.word_variants import as_strict, as_word_on_the_web, with_links_out
from tests.texts.word.test_word_by_word import _bare
from texts.schema import plain_text
from texts.word.reader import Imported, read_word


def parts(imported: Imported) -> list[tuple[str, object]]:
    return [(part.title, _bare(part.content)) for part in imported.parts]


@pytest.mark.parametrize("variant", [as_word_on_the_web, as_strict])
@pytest.mark.parametrize("typing", ["automatic", "typed"])
def test_a_note_is_the_same_text_whatever_its_package(variant, typing) -> None:
    content = SecretariatNote.of_ten_pages().write(TYPINGS[typing])
    usual, other = read_word(content), read_word(variant(content))
    assert parts(other) == parts(usual)
    assert (other.masthead, other.left_out, other.notices) == (usual.masthead, [], usual.notices)


def test_links_out_of_the_file_are_left_out_and_reported() -> None:
    file = WordFile()
    file.p("The words come in.")
    imported = read_word(
        with_links_out(
            file.bytes(),
            attachedTemplate="file:///C:\\Templates\\Note.dotm",
            image="https://elsewhere.example/logo.png",
            oleObject="https://elsewhere.example/book.xlsx",
            hyperlink="https://idm.example/",
        )
    )
    assert plain_text(imported.main) == "The words come in."
    assert imported.left_out == [
        "a link to a template",
        "a link to a picture outside the file",
        "a link to another file",
    ]


@pytest.mark.parametrize("variant", [bytes, as_word_on_the_web, as_strict])
def test_a_picture_that_is_outside_the_file_is_left_out_and_its_words_come_in(variant) -> None:
    file = WordFile()
    shown = '<w:drawing><a:blip xmlns:a="a" r:link="outimage"/></w:drawing>'
    file.body = [f"<w:p><w:r><w:t>Before </w:t></w:r><w:r>{shown}</w:r><w:r><w:t>after.</w:t></w:r></w:p>"]
    imported = read_word(variant(with_links_out(file.bytes(), image="https://elsewhere.example/logo.png")))
    assert plain_text(imported.main) == "Before after."
    assert imported.left_out == ["a link to a picture outside the file"]


def test_a_link_in_the_words_lives_on_in_a_renamed_package() -> None:
    file = WordFile()
    file.body = ['<w:p><w:hyperlink r:id="outhyperlink"><w:r><w:t>Here</w:t></w:r></w:hyperlink></w:p>']
    content = as_word_on_the_web(with_links_out(file.bytes(), hyperlink="https://idm.example/x"))
    (paragraph,) = read_word(content).main["content"]
    assert paragraph["content"] == [
        {"type": "text", "text": "Here", "marks": [{"type": "link", "attrs": {"href": "https://idm.example/x"}}]}
    ]
