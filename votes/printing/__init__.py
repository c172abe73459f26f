"""PDFs of the room: the brief that a delegation sends to its capital, and the result of a ballot."""

from pathlib import Path

STYLESHEET = Path(__file__).parent / "printout.css"
