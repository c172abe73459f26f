"""Entry point for rendering in any format, within limits of memory, processor time and wall time."""

from typing import Any

from texts.material import Material
from texts.rendering import archive, docx, pdf, standalone
from texts.rendering.child_process import run_in_child


def render_format(material: Material, file_format: str) -> tuple[bytes, dict[str, Any]]:
    """Return the file and its facts: the number of pages (of PDF files) and a report of what was left out.

    `file_format` is "docx", "pdf", "html" or "pdfa".
    """
    if file_format == "docx":
        # Needs no child process: the file is written element by element, without a layout engine.
        return docx.render(material)
    renderer = {"pdf": pdf.render, "html": standalone.render, "pdfa": archive.render}[file_format]
    return run_in_child(lambda: renderer(material))
