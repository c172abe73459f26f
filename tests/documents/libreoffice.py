"""Open and save files with LibreOffice, to test files from another program."""

import subprocess
from pathlib import Path


def converted(content: bytes, folder: Path, kind: str) -> bytes:
    (folder / "note.docx").write_bytes(content)
    out = folder / kind
    done = subprocess.run(
        ["/usr/bin/soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to",
         kind, "--outdir", str(out), str(folder / "note.docx")],
        capture_output=True, timeout=180, check=True,
    )  # fmt: skip
    assert b"Error" not in done.stdout + done.stderr
    return (out / f"note.{kind}").read_bytes()
