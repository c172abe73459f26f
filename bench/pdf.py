"""Measure PDFs of notes and lists of participants against calling WeasyPrint directly.

Both sides run in turn, each in a child of one process that has WeasyPrint loaded. The portal's side is the whole job,
including storing the file. The bare side is `HTML(string).write_pdf()` with the same markup and styles.
"""

import io
import json
import os
import resource
import time
from collections.abc import Callable

from django.db import connection
from django.utils import timezone, translation

from bench import data
from bench.table import median, show

ROUNDS = 5


def run() -> None:
    from documents.models import Document
    from texts.rendering import pdf

    pdf.warm()
    documents = {
        "note of 20 paragraphs, two annexes": Document.objects.get(symbol="IC/2010/9/Rev.1"),
        **{f"note of {times} times its main text": long_note(times) for times in (6, 12, 25)},
        "list of 178 participants": list_of(data.DEMO_WORKSHOP_ID),
        "list of 5,000 participants": list_of(data.LARGE_WORKSHOP_ID),
    }
    rows = [measured(name, document) for name, document in documents.items()]
    show(
        f"PDF (medians of {ROUNDS} rounds in turn; the portal: the whole job)",
        ["document", "pages", "kB", "request ms", "job s", "ms a page", "peak MB", "bare s", "peak MB", "ratio"],
        rows,
    )
    again = [unchanged(f"{name} (draft)", document) for name, document in documents.items()]
    show("Asked for again, unchanged", ["document", "ms"], [issued_again(), *again])


def list_of(workshop_id: str) -> object:
    """Create a draft with a list of participants, using the annex maker that editors use."""
    from documents import services
    from documents.models import Document
    from texts.registry import annex_makers
    from texts.schema import with_ids

    title = f"List of participants {workshop_id}"
    made = Document.objects.filter(title_en=title).first()
    if made:
        return made
    document = services.create_document(
        actor=None, title_en=title, kind="participants", dated=timezone.now().date(), original_language="en"
    )
    blocks = annex_makers()[data.LIST_MAKER].build(workshop_id, "en")
    main = document.parts.get(kind="main")
    services.set_text(part=main, language="en", content=with_ids({"type": "doc", "content": blocks}), actor=None)
    return document


def long_note(times: int) -> object:
    """Create a draft that repeats the main text of the demonstration note this many times."""
    from documents import services
    from documents.models import Document
    from texts.schema import with_ids

    title = f"A long note, {times}"
    made = Document.objects.filter(title_en=title).first()
    if made:
        return made
    document = services.create_document(
        actor=None, title_en=title, kind="note", dated=timezone.now().date(), original_language="en"
    )
    note = Document.objects.get(symbol="IC/2010/9/Rev.1").parts.get(kind="main").texts.get(language="en")
    blocks = [without_references(block) for block in note.content["content"]] * times
    content = with_ids({"type": "doc", "content": json.loads(json.dumps(blocks))})
    services.set_text(part=document.parts.get(kind="main"), language="en", content=content, actor=None)
    return document


def without_references(node: dict) -> dict:
    """Return a copy of the node without ids, because they are assigned again, and with references as plain text."""
    if node["type"] == "cross_reference":
        return {"type": "text", "text": "above"}
    copy = {**node, "attrs": {name: value for name, value in node.get("attrs", {}).items() if name != "id"}}
    if not copy["attrs"]:
        del copy["attrs"]
    if "content" in node:
        copy["content"] = [without_references(child) for child in node["content"]]
    return copy


def measured(name: str, document: object) -> list[object]:
    from documents.assembly import assemble
    from texts.rendering import pdf

    with translation.override("en"):
        markup, _report = pdf.html_of(assemble(document, "en"))
    jobs, bares, facts = [], [], {}
    for _ in range(ROUNDS):
        _seconds, memory, facts = in_child(lambda: whole_job(document))
        jobs.append((facts["job"], memory, facts["request"]))
        bares.append(in_child(lambda: bare(markup))[:2])
    job_s, job_mb, bare_s, bare_mb = (median([row[n] for row in rows]) for rows in (jobs, bares) for n in (0, 1))
    wish_ms = 1000 * median([row[2] for row in jobs])
    cells = [
        f"{wish_ms:.0f}",
        f"{job_s:.2f}",
        f"{1000 * job_s / facts['pages']:.0f}",
        f"{job_mb:.0f}",
        f"{bare_s:.2f}",
        f"{bare_mb:.0f}",
        f"{job_s / bare_s:.2f}",
    ]
    return [name, facts["pages"], facts["size"] // 1024, *cells]


def whole_job(document: object) -> dict[str, float]:
    """Time the request for a rendition (assembly and hashing) and its job separately."""
    from documents.models import Rendition
    from documents.renditions import request_rendition
    from foundation.jobs import services
    from foundation.jobs.models import Job

    Rendition.objects.filter(document=document, issue=None).delete()
    services.publish = lambda job: True  # the job runs in this process
    begun = time.perf_counter()
    rendition = request_rendition(document=document, language="en", format="pdf")
    requested_at = time.perf_counter()
    services.run_job(str(rendition.job_id))
    ended = time.perf_counter()
    job = Job.objects.get(pk=rendition.job_id)
    if job.state != Job.State.READY:
        raise RuntimeError(f"{document}: {job.state}: {job.error}")
    times = {"request": requested_at - begun, "job": ended - requested_at}
    return {"pages": job.result["pages"], "size": job.result["size"], **times}


def bare(markup: str) -> dict[str, int]:
    from weasyprint import CSS, HTML

    from texts.rendering import pdf

    css, fonts, counters = pdf._style()
    assert isinstance(css, CSS)
    target = io.BytesIO()
    HTML(string=markup, base_url="asset:").write_pdf(
        target, stylesheets=[css], font_config=fonts, counter_style=counters.copy(), pdf_variant="pdf/ua-1"
    )
    return {"pages": 0, "size": len(target.getvalue())}


def in_child(work: Callable[[], dict[str, int]]) -> tuple[float, float, dict[str, int]]:
    """Run `work` in a child; return its seconds, its peak memory in MB including its children, and its result."""
    connection.close()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            begun = time.perf_counter()
            answer = work()
            seconds = time.perf_counter() - begun
            peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
            os.write(writing, json.dumps([seconds, peak / 1024, answer]).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        output = pipe.read()
    os.waitpid(child, 0)
    if not output:
        raise RuntimeError("the measured child died")
    return tuple(json.loads(output))


def issued_again() -> list[object]:
    from documents.models import Document
    from documents.renditions import request_rendition
    from foundation.jobs import services

    services.publish = lambda job: True
    document = Document.objects.get(symbol="IC/2010/9")
    rendition = request_rendition(document=document, language="en", format="pdf")
    if not rendition.is_ready:
        services.run_job(str(rendition.job_id))
    return asked_again("the issued note", document)


def unchanged(name: str, document: object) -> list[object]:
    whole_job(document)
    return asked_again(name, document)


def asked_again(name: str, document: object) -> list[object]:
    """Return the milliseconds it takes to find the existing file of an unchanged document."""
    from documents.renditions import request_rendition

    times = []
    for _ in range(ROUNDS * 4):
        begun = time.perf_counter()
        rendition = request_rendition(document=document, language="en", format="pdf")
        times.append(1000 * (time.perf_counter() - begun))
        if not rendition.is_ready:
            raise RuntimeError(f"{name} was to be rendered again")
    return [name, f"{median(times):.1f}"]
