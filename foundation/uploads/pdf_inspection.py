"""Program that reads a PDF from standard input and reports active content. It first limits its own resources.

The portal runs it as a separate process, so that a file that exceeds the limits ends only this process.
"""

import io
import json
import re
import resource
import sys

import pikepdf

MEMORY = 100 * 1024 * 1024
PROCESSOR_SECONDS = 2
# The unpacked size of one stream of objects. Pictures and pages are not unpacked.
_LARGEST_OBJECTS = 8 * 1024 * 1024
_SIGNS = {
    "script": re.compile(rb"/(?:JS|JavaScript|Rendition)(?![A-Za-z0-9])"),
    "launch": re.compile(rb"/(?:Launch|ImportData|GoToE)(?![A-Za-z0-9])"),
    "media": re.compile(rb"/(?:RichMedia\w*|Movie|Sound|3D)(?![A-Za-z0-9])"),
    "form": re.compile(rb"/XFA(?![A-Za-z0-9])"),
    "files": re.compile(rb"/(?:EmbeddedFiles?|FileAttachment)(?![A-Za-z0-9])"),
}
_ANY = re.compile(b"|".join([*(sign.pattern for sign in _SIGNS.values()), rb"/(?:OpenAction|AA)(?![A-Za-z0-9])"]))
# Harmless behind a click, not when they happen as soon as the file or a page is opened.
_NOT_AT_ONCE = {"/URI", "/SubmitForm", "/GoToR"}
_MOST_ACTIONS = 100


def limit_itself(size: int) -> None:
    """Limit the memory and processor time of this process; `size` is the size of the PDF in bytes."""
    with open("/proc/self/statm") as statm:  # noqa: PTH123 - a plain read is enough
        held = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + size + MEMORY,) * 2)
    used = int(resource.getrusage(resource.RUSAGE_SELF).ru_utime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + PROCESSOR_SECONDS,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def inspect(content: bytes) -> str:
    """Return the first kind of active content, or `password`, `damaged` or `limits`, or an empty string."""
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=_LARGEST_OBJECTS, run_length_max_memory=_LARGEST_OBJECTS, doc_max_warnings=200
    )
    try:
        # Refuse PDFs that need repair, because every reader repairs them differently.
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False) as pdf:
            if len(pdf.pages) == 0:
                return "damaged"
            for thing in pdf.objects:
                found = _found_in(thing)
                if found:
                    return found
    except pikepdf.PasswordError:
        return "password"
    except MemoryError:
        return "limits"
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError):
        return "damaged"
    return ""


def _found_in(thing: pikepdf.Object) -> str:
    """Return the kind of active content in an object, by its names.

    pikepdf writes names without the escapes that could hide them.
    """
    if isinstance(thing, pikepdf.Stream):
        thing = thing.stream_dict
        if "/F" in thing:
            return "launch"  # the content of the stream is in another file
    elif not isinstance(thing, pikepdf.Dictionary | pikepdf.Array):
        return ""
    if not _ANY.search(thing.unparse(resolved=True)):
        return ""
    names = b" ".join(sorted(_names_in(thing, 0)))
    found = next((what for what, sign in _SIGNS.items() if sign.search(names)), "")
    return found or ("launch" if _acts_at_once(thing) else "")


def _acts_at_once(thing: pikepdf.Object) -> bool:
    """Return whether the object opens something by itself, when the file is opened or at an event in it."""
    if not isinstance(thing, pikepdf.Dictionary):
        return False
    events = thing.get("/AA")
    waiting = [thing.get("/OpenAction"), *(events.values() if isinstance(events, pikepdf.Dictionary) else ())]
    for _each in range(_MOST_ACTIONS):
        if not waiting:
            return False
        action = waiting.pop()
        if isinstance(action, pikepdf.Dictionary):
            if str(action.get("/S", "")) in _NOT_AT_ONCE:
                return True
            following = action.get("/Next")
            waiting += following if isinstance(following, pikepdf.Array) else [following]
    return bool(waiting)


def _names_in(thing: object, depth: int) -> set[bytes]:
    """Return the names in an object. Text is ignored, and other indirect objects are inspected separately."""
    if isinstance(thing, pikepdf.Name):
        return {str(thing).encode()}
    if depth > 100 or not isinstance(thing, pikepdf.Object) or (depth and thing.is_indirect):
        return set()
    found: set[bytes] = set()
    if isinstance(thing, pikepdf.Dictionary):
        for key, value in thing.items():
            found |= {key.encode()} | _names_in(value, depth + 1)
    elif isinstance(thing, pikepdf.Array):
        for value in thing:
            found |= _names_in(value, depth + 1)
    return found


if __name__ == "__main__":
    read = sys.stdin.buffer.read()
    limit_itself(len(read))
    sys.stdout.write(json.dumps({"found": inspect(read)}))
