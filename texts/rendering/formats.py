"""One door for the formats, each within limits of memory, processor and wall time."""

from typing import Any

from texts.material import Material
from texts.rendering import archive, docx, pdf, standalone
from texts.rendering.confined import run_confined


def render_format(material: Material, file_format: str) -> tuple[bytes, dict[str, Any]]:
    """The file and what there is to say of it: pages, and a report of what was left out."""
    if file_format == "docx":
        # Pandoc is a process of its own with limits of its own; a bound on address space would forbid it to start.
        return docx.render(material)
    renderer = {"pdf": pdf.render, "html": standalone.render, "pdfa": archive.render}[file_format]
    return run_confined(lambda: renderer(material))
