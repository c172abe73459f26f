"""The styles of an exported Word file, under the names that appear in Word's list of styles."""

from xml.sax.saxutils import quoteattr

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FONT = "Times New Roman"
TEXT_WIDTH = 9354  # twips between the margins of an A4 page
_KEEP = "<w:keepNext/><w:keepLines/>"
# Paragraph styles: name, basis, next style, paragraph properties, run properties.
_PARAGRAPHS = (
    ("Masthead", "Normal", "", '<w:tabs><w:tab w:val="right" w:pos="9354"/></w:tabs><w:spacing w:after="40"/>', ""),
    ("Masthead top", "Masthead", "", '<w:pBdr><w:bottom w:val="single" w:sz="8" w:space="4" w:color="000000"/></w:pBdr>'
     '<w:spacing w:after="120"/>', "<w:b/>"),
    ("Masthead session", "Masthead", "", "", ""),
    ("Masthead kind", "Normal", "", '<w:spacing w:before="480" w:after="120"/><w:jc w:val="center"/>', "<w:caps/>"),
    ("Title", "Normal", "Normal", '<w:spacing w:after="120"/><w:jc w:val="center"/>', '<w:b/><w:sz w:val="32"/>'),
    ("Subtitle", "Normal", "Normal", '<w:spacing w:after="360"/><w:jc w:val="center"/>', '<w:sz w:val="24"/>'),
    ("heading 1", "Normal", "Normal", _KEEP + '<w:spacing w:before="320" w:after="140"/><w:outlineLvl w:val="0"/>',
     '<w:b/><w:sz w:val="26"/>'),
    ("heading 2", "Normal", "Normal", _KEEP + '<w:spacing w:before="260" w:after="140"/><w:outlineLvl w:val="1"/>',
     "<w:b/>"),
    ("heading 3", "Normal", "Normal", _KEEP + '<w:spacing w:before="220" w:after="120"/><w:outlineLvl w:val="2"/>',
     "<w:b/><w:i/>"),
    ("Annex heading 1", "heading 1", "Normal", '<w:outlineLvl w:val="1"/>', ""),
    ("Annex heading 2", "heading 2", "Normal", '<w:outlineLvl w:val="2"/>', ""),
    ("Annex heading 3", "heading 3", "Normal", '<w:outlineLvl w:val="3"/>', ""),
    ("Annex label", "Normal", "Annex title", _KEEP + '<w:spacing w:after="120"/><w:jc w:val="right"/>'
     '<w:outlineLvl w:val="0"/>', "<w:b/>"),
    ("Annex title", "Normal", "Normal", _KEEP + '<w:spacing w:after="240"/><w:jc w:val="center"/>',
     '<w:b/><w:sz w:val="26"/>'),
    ("Annex mark", "Normal", "Normal", '<w:spacing w:after="240"/><w:jc w:val="center"/>', "<w:i/>"),
    ("Annex list heading", "Normal", "Annex list", _KEEP + '<w:spacing w:before="320" w:after="140"/>'
     '<w:outlineLvl w:val="0"/>', '<w:b/><w:sz w:val="26"/>'),
    ("Annex list", "Normal", "", "", ""),
    ("Numbered paragraph", "Normal", "", "", ""),
    ("List item", "Normal", "", '<w:spacing w:after="100"/>', ""),
    ("Quote", "Normal", "Normal", '<w:ind w:left="720" w:right="720"/>', ""),
    ("Quote attribution", "Quote", "Normal", '<w:jc w:val="right"/>', "<w:i/>"),
    ("Table title", "Normal", "Normal", _KEEP + '<w:spacing w:before="160" w:after="80"/>', "<w:b/>"),
    ("Table text", "Normal", "", '<w:spacing w:before="40" w:after="40"/><w:jc w:val="left"/>', '<w:sz w:val="20"/>'),
    ("Table head", "Table text", "", "<w:keepNext/>", "<w:b/>"),
    ("Picture", "Normal", "", '<w:keepNext/><w:spacing w:after="80"/><w:jc w:val="left"/>', ""),
    ("Source", "Normal", "", '<w:spacing w:before="60" w:after="240"/>', '<w:i/><w:sz w:val="18"/>'),
    ("Translation note", "Normal", "", '<w:spacing w:after="80"/>', '<w:sz w:val="20"/>'),
    ("footnote text", "Normal", "", '<w:spacing w:after="40"/>', '<w:sz w:val="18"/>'),
    ("header", "Normal", "", '<w:tabs><w:tab w:val="right" w:pos="9354"/></w:tabs>', '<w:sz w:val="18"/>'),
)  # fmt: skip


def style_id(name: str) -> str:
    """Return the id of a style; for built-in styles this is Word's own id (heading 1: Heading1)."""
    return "".join(word[:1].upper() + word[1:] for word in name.split())


def styles_xml(language: str, languages: list[str]) -> str:
    """Return the styles part. Each of `languages` gets a character style, for words marked as another language."""
    written = [
        f'<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>'
        f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:cs="{FONT}" w:eastAsia="{FONT}"/>'
        f'<w:sz w:val="22"/><w:szCs w:val="22"/><w:lang w:val={quoteattr(language)}/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:spacing w:after="140"/></w:pPr></w:pPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>'
        '<w:pPr><w:jc w:val="both"/></w:pPr></w:style>'
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:left w:w="108" w:type="dxa"/>'
        '<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
        '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/>'
        f"<w:tblPr><w:tblBorders>{_borders()}</w:tblBorders></w:tblPr></w:style>"
    ]
    for name, basis, following, paragraph, run in _PARAGRAPHS:
        after = f'<w:next w:val="{style_id(following)}"/>' if following else ""
        written.append(
            f'<w:style w:type="paragraph" w:styleId="{style_id(name)}"><w:name w:val="{name}"/>'
            f'<w:basedOn w:val="{style_id(basis)}"/>{after}<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr>'
            "</w:style>"
        )
    characters = [
        ("footnote reference", '<w:vertAlign w:val="superscript"/>'),
        ("Hyperlink", '<w:color w:val="0B4F9E"/><w:u w:val="single"/>'),
        ("Strong", "<w:b/>"),
        ("Emphasis", "<w:i/>"),
        *((f"Language {code}", f"<w:lang w:val={quoteattr(code)}/>") for code in languages),
    ]
    for name, run in characters:
        written.append(
            f'<w:style w:type="character" w:styleId={quoteattr(style_id(name))}><w:name w:val={quoteattr(name)}/>'
            f"<w:rPr>{run}</w:rPr></w:style>"
        )
    return "".join(written) + "</w:styles>"


def _borders() -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    return "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="808080"/>' for side in sides)
