"""Name the Organization of the demonstration, and leave its set-up out of the dashboards."""

from foundation.pages import organization
from foundation.pages.organization import Organization
from foundation.tables.demodata import DemoLoad
from foundation.text import LANGUAGES
from texts.masthead import WORDS

ACRONYMS = {"en": "IOM", "fr": "OIM", "es": "OIM"}


def load(demo: DemoLoad) -> None:
    if Organization.objects.exists():
        return
    names = {f"name_{language}": WORDS[language]["organization"] for language in LANGUAGES}
    acronyms = {f"acronym_{language}": ACRONYMS[language] for language in LANGUAGES}
    Organization.objects.create(pk=1, setup_dismissed_at=demo.now, **names, **acronyms)
    organization.read_again()
