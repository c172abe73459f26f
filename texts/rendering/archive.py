"""The archive copy: a PDF/A-3a file that is also PDF/UA-1, with its source data embedded."""

import datetime as dt
import json
from typing import Any

import pydyf
from weasyprint import Attachment

from texts.material import Material, hash_of
from texts.rendering import pdf
from texts.rendering.fetcher import AssetFetcher

SOURCE_NAME = "source.json"
# PDF/A does not define the properties of PDF/UA, so the file has to describe the one it uses (ISO 19005-3, 6.6.2.3).
_UNIVERSAL_ACCESS = b"""\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


def render(material: Material) -> tuple[bytes, dict[str, Any]]:
    """Return the archive PDF and its facts: number of pages and report."""
    markup, report = pdf.html_of(material)
    moment = dt.datetime.fromisoformat(material["masthead"]["iso_date"])
    source = Attachment(
        string=source_of(material),
        url_fetcher=AssetFetcher(),
        name=SOURCE_NAME,
        description="Text, figures and exhibits as data",
        created=moment,
        modified=moment,
        relationship="Source",
    )
    content, facts = pdf.render_markup(
        markup,
        identifier=hash_of(material, "archive")[:32],
        variant="pdf/a-3a",
        attachments=[source],
        finisher=_complete,
    )
    return content, {**facts, "report": report + facts["report"]}


def source_of(material: Material) -> str:
    """Return the material as JSON for embedding.

    Drawings are left out: the file shows them, and their numbers are in the rows of the exhibits.
    """
    exhibits = {
        key: {name: value for name, value in exhibit.items() if name != "svg"}
        for key, exhibit in material["exhibits"].items()
    }
    return json.dumps({**material, "exhibits": exhibits}, ensure_ascii=False, sort_keys=True, indent=1)


def _complete(_document: Any, file: Any) -> None:
    """Declare PDF/UA in the metadata, and list the embedded file once (WeasyPrint lists it twice)."""
    file.catalog["AF"] = pydyf.Array(dict.fromkeys(file.catalog["AF"]))
    number = int(file.catalog["Metadata"].split()[0])
    metadata = file.objects[number]
    end = b"</rdf:RDF>"
    (written,) = metadata.stream
    if end not in written:
        raise RuntimeError("the XMP metadata do not end with </rdf:RDF> as expected")
    metadata.stream = [written.replace(end, _UNIVERSAL_ACCESS + end)]
