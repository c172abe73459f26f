import gettext

import pytest

from script.lib import assets
from script.lib.environment import RefusalError

HEADER = r"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\n"

"""


@pytest.fixture
def catalogue(tmp_path):
    folder = tmp_path / "locale" / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    return folder / "django.po"


def test_catalogue_is_compiled_and_again_after_a_change(catalogue, tmp_path):
    catalogue.write_text(HEADER + 'msgid "Agenda"\nmsgstr "Ordre du jour"\n')
    assets.compile_catalogues(tmp_path)
    compiled = catalogue.with_suffix(".mo")
    with compiled.open("rb") as handle:
        assert gettext.GNUTranslations(handle).gettext("Agenda") == "Ordre du jour"
    first = compiled.stat().st_ino
    assets.compile_catalogues(tmp_path)
    assert compiled.stat().st_ino == first
    catalogue.write_text(HEADER + 'msgid "Agenda"\nmsgstr "Programme"\n')
    assets.compile_catalogues(tmp_path)
    with compiled.open("rb") as handle:
        assert gettext.GNUTranslations(handle).gettext("Agenda") == "Programme"


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "%(count)s papers"\nmsgstr "des documents"', "missing placeholder %(count)s"),
        ('msgid "Hello {name}"\nmsgstr "Bonjour {nom}"', "unknown placeholder {nom}"),
        (
            'msgid "one paper"\nmsgid_plural "%(n)s papers"\nmsgstr[0] "un document"\nmsgstr[1] "des documents"',
            "missing placeholder %(n)s",
        ),
    ],
)
def test_translation_that_changes_a_placeholder_is_named_by_file_and_line(catalogue, tmp_path, entry, fault):
    catalogue.write_text(HEADER + entry + "\n")
    assert assets.catalogue_faults(tmp_path) == [f"locale/fr/LC_MESSAGES/django.po:6: {fault}"]


def test_plural_may_leave_the_number_out_of_its_first_form(catalogue, tmp_path):
    entry = 'msgid "one paper"\nmsgid_plural "%(n)s papers"\nmsgstr[0] "un document"\nmsgstr[1] "%(n)s documents"\n'
    catalogue.write_text(HEADER + entry)
    assert assets.catalogue_faults(tmp_path) == []


def test_broken_catalogue_is_refused(catalogue, tmp_path):
    catalogue.write_text(HEADER + 'msgid "Agenda"\nmgsstr "Ordre du jour"\n')
    with pytest.raises(RefusalError) as refusal:
        assets.compile_catalogues(tmp_path)
    assert str(refusal.value).startswith(f"The catalogue {catalogue} cannot be read: ")
    assert not catalogue.with_suffix(".mo").exists()
