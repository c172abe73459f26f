import io
import re

import pytest
from django.conf import settings
from pypdf import PdfReader
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from foundation.pages.charts import bar_chart

STYLES = settings.BASE_DIR / "static" / "css"


def faces(name: str) -> list[tuple[str, str, str, str]]:
    """Return (family, style, weight, file) of every face in a stylesheet."""
    pattern = r'font-family: "([^"]+)";\s+font-style: (\w+);\s+font-weight: (\d+);.*?url\("([^"]+)"\)'
    return re.findall(pattern, (STYLES / name).read_text(), re.DOTALL)


@pytest.mark.parametrize("name", ["fonts.css", "fonts-print.css"])
def test_every_face_has_its_file(name):
    assert len(faces(name)) == 16
    assert [file for *_face, file in faces(name) if not (STYLES / file).resolve().is_file()] == []


def test_no_two_files_are_one_font_in_a_pdf():
    names = [face[:3] for face in faces("fonts-print.css")]
    assert len(set(names)) == len(names)


def test_a_pdf_holds_the_portals_fonts_and_no_other():
    fonts = FontConfiguration()
    sheet = CSS(filename=str(STYLES / "fonts-print.css"), font_config=fonts)
    style = "<style>p { font-family: 'Source Serif 4', 'Source Serif 4 Extended' }</style>"
    text = "<p>Łęcki, Čapek, <b>Ōe</b>, <b>İnan</b> – œuvre</p>"
    chart = bar_chart([("Łódź", 82)], title="Scores", unit="%")
    pdf = HTML(string=style + text + chart).write_pdf(stylesheets=[sheet], font_config=fonts)
    page = PdfReader(io.BytesIO(pdf)).pages[0]
    held = {font["/BaseFont"].partition("+")[2].rstrip(",") for font in page["/Resources"]["/Font"].values()}
    assert held == {
        "Source-Serif-4",
        "Source-Serif-4-Extended",
        "Source-Serif-4-Semi-Bold",
        "Source-Serif-4-Extended-Semi-Bold",
        "Source-Sans-3",
        "Source-Sans-3-Extended",
        "Source-Sans-3-Semi-Bold",
    }
