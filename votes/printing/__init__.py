"""PDFs of votes: briefs for capitals and results."""

from pathlib import Path

STYLESHEET = Path(__file__).parent / "printout.css"
