"""Measure the editor: the time from keystroke to saved with 1, 2 and 5 writers, and the time to open a text.

Both are measured in a short note and in one of 100 pages. Each writer speaks the step protocol as the browser's script
does: it sends a keystroke at once, collects those typed while a request is in progress for the next request, and
rebases on the steps of others.
"""

import gzip
import http.client
import json
import random
import threading
import time
from importlib import import_module
from typing import Any

from bench import servers
from bench.table import median, percentile, show

SECONDS, WRITERS = 10.0, (1, 2, 5)
INTERVAL = 0.15  # seconds between two keystrokes of one writer: 80 words a minute
# Least and greatest pause in seconds between two requests of one writer, as in static/js/editor/connection.js.
APART, APART_MOST = 0.1, 0.4
PAGES = 100
ROUNDS = 5


def run() -> None:
    notes = {"note of 20 paragraphs": a_note("bench-short", 20), f"note of {PAGES} pages": a_note("bench-long", 700)}
    cookies = signed_in(max(WRITERS))
    with servers.portal() as (port, process):
        rows = [
            [name, str(count), *cells(typed_by(count, port, text, cookies))]
            for name, text in notes.items()
            for count in WRITERS
        ]
        show(
            f"Keystroke to saved, milliseconds (each writer types a letter every {INTERVAL * 1000:.0f} ms)",
            ["text", "writers", "letters", "median", "95th", "longest"],
            rows,
        )
        opened = [[name, *opening(port, text, cookies[0])] for name, text in notes.items()]
        show("Opening", ["text", "page ms", "text ms", "kB sent"], opened)
        print(f"\nMemory of the web processes: {servers.memory(process)} MB")


def a_note(key: str, paragraphs: int) -> dict[str, Any]:
    """Create a draft of this many numbered paragraphs, with headings, lists, footnotes and tables between."""
    from documents import services
    from documents.models import Document, Text

    title = f"Benchmark of the editor: {key}"
    document = Document.objects.filter(title_en=title).first()
    if document is None:
        document = services.create_document(
            actor=None, title_en=title, kind="note", dated="2012-01-01", original_language="en"
        )
    main = document.parts.get(kind="main")
    services.set_text(part=main, language="en", content=content_of(paragraphs), actor=None)
    text = Text.objects.get(part=main, language="en")
    blocks = [block["attrs"]["id"] for block in text.content["content"] if block["type"] == "paragraph"]
    address = f"/documents/drafts/{document.pk}/{main.key}/en/edit/"
    return {"address": address, "text": text.pk, "blocks": blocks}


def content_of(paragraphs: int) -> dict[str, Any]:
    from texts.schema import with_ids

    chance = random.Random(7)
    words = ["migration", "policy", "workshop", "participants", "social", "change", "dialogue", "effects", "measures"]

    def prose(count: int) -> dict[str, Any]:
        return {"type": "text", "text": " ".join(chance.choices(words, k=count)) + "."}

    def plain(count: int) -> dict[str, Any]:
        return {"type": "paragraph", "content": [prose(count)]}

    blocks: list[dict[str, Any]] = []
    for n in range(paragraphs):
        if n % 12 == 0:
            blocks.append({"type": "heading", "attrs": {"level": 1 + n // 12 % 2}, "content": [prose(5)]})
        inline = [prose(60), {"type": "footnote", "content": [prose(12)]}, prose(15)] if n % 9 == 4 else [prose(75)]
        blocks.append({"type": "paragraph", "attrs": {"numbered": True}, "content": inline})
        if n % 10 == 6:
            items = [{"type": "list_item", "content": [plain(15)]} for _ in range(3)]
            blocks.append({"type": "lettered_list", "content": items})
        if n % 70 == 30:
            row = {"type": "table_row", "content": [{"type": "table_cell", "content": [plain(3)]} for _ in range(4)]}
            blocks.append({"type": "table", "content": [row] * 8})
    return with_ids({"type": "doc", "content": blocks})


def signed_in(count: int) -> list[dict[str, Any]]:
    """Create sessions for this many editors, each a different person."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from membership.models import Person, Role

    sessions = []
    for n in range(count):
        person, _made = Person.objects.get_or_create(email=f"writer-{n}@bench.example", defaults={"last_name": str(n)})
        Role.objects.get_or_create(person=person, name="editor")
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(person.pk), person.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session.create()
        sessions.append({"person": person.pk, "cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}"})
    return sessions


def cells(times: list[float]) -> list[str]:
    found = [1000 * seconds for seconds in times]
    return [str(len(found)), f"{median(found):.0f}", f"{percentile(found, 0.95):.0f}", f"{max(found):.0f}"]


def typed_by(count: int, port: int, text: dict[str, Any], cookies: list[dict[str, Any]]) -> list[float]:
    """Return, for every keystroke of all writers, the seconds until the response that saved it."""
    places = [text["blocks"][len(text["blocks"]) * n // count] for n in range(count)]
    writers = [Writer(port, text["address"], cookies[n], places[n], n) for n in range(count)]
    threads = [threading.Thread(target=writer.write) for writer in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    faults = [writer.fault for writer in writers if writer.fault]
    if faults:
        raise RuntimeError(f"a writer stopped: {faults[0]}")
    return [seconds for writer in writers for seconds in writer.times]


class Asking:
    """A signed-in browser with one connection."""

    def __init__(self, port: int, address: str, session: dict[str, Any]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.address, self.session, self.token, self.size = address, session, "", 0

    def ask(self, verb: str, path: str, body: Any = None) -> tuple[int, bytes]:
        headers = {"Cookie": self.session["cookie"], "Accept": "application/json", "Accept-Encoding": "gzip"}
        if self.token:
            headers |= {"Cookie": f"{self.session['cookie']}; csrftoken={self.token}", "X-CSRFToken": self.token}
        written = None if body is None else json.dumps(body)
        headers |= {"Content-Type": "application/json"} if written else {}
        self.connection.request(verb, self.address + path, written, headers)
        answer = self.connection.getresponse()
        body = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            if cookie.startswith("csrftoken="):
                self.token = cookie.split(";")[0].partition("=")[2]
        self.size = len(body)
        return answer.status, gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body


class Writer(Asking):
    """Types at the end of one block, and moves its position when others write before it."""

    def __init__(self, port: int, address: str, session: dict[str, Any], block: str, n: int) -> None:
        super().__init__(port, address, session)
        self.name = f"writer-{n}"
        self.times: list[float] = []
        self.fault: Exception | None = None
        self.apart = APART
        status, body = self.ask("GET", "state/")
        if status != 200:
            raise RuntimeError(f"{address} answered {status}: {body[:200]!r}")
        state = json.loads(body)
        self.version = state["step_number"]
        self.place = end_of(state["content"], block)

    def write(self) -> None:
        try:
            self.type_for(SECONDS)
        except Exception as fault:  # raised again by the main thread
            self.fault = fault

    def type_for(self, seconds: float) -> None:
        begun = time.perf_counter()
        due = [begun + random.random() * INTERVAL]
        while due[-1] < begun + seconds:
            due.append(due[-1] + INTERVAL)
        while due:
            time.sleep(max(0.0, due[0] - time.perf_counter()))
            sent = time.perf_counter()
            typed = [moment for moment in due if moment <= sent]
            due = due[len(typed) :]
            self.save(len(typed))
            saved = time.perf_counter()
            self.times.extend(saved - moment for moment in typed)
            time.sleep(max(0.0, sent + self.apart - saved))

    def save(self, letters: int) -> None:
        for behind in range(50):
            steps = [
                {"stepType": "replace", "from": at, "to": at, "slice": {"content": [{"type": "text", "text": "x"}]}}
                for at in range(self.place, self.place + letters)
            ]
            body = {"version": self.version, "client": self.name, "person": self.session["person"], "steps": steps}
            status, response_body = self.ask("POST", "steps/", body)
            if status not in {200, 409}:
                raise RuntimeError(f"steps answered {status}: {response_body[:200]!r}")
            answer = json.loads(response_body)
            self.move_over(answer["steps"])
            if status == 200:
                self.apart = max(APART, self.apart - 0.03)
                return
            if behind:
                self.apart = min(APART_MOST, self.apart + 0.06)
                time.sleep(random.random() * 0.04)
        raise RuntimeError("fifty answers, and never at the present step number")

    def move_over(self, steps: list[dict[str, Any]]) -> None:
        for entry in steps:
            self.version += 1
            if "step" not in entry:
                self.place += 1
                continue
            step = entry["step"]
            if step["stepType"] == "replace" and step["to"] <= self.place:
                added = sum(len(node.get("text", "")) for node in step.get("slice", {}).get("content", ()))
                self.place += added - (step["to"] - step["from"])


def end_of(content: dict[str, Any], block: str) -> int:
    """Return the end position of a top-level block."""
    from texts.schema import parse

    found: list[int] = []
    parse(content).for_each(
        lambda node, offset, index: found.append(offset + node.node_size - 1) if node.attrs.get("id") == block else None
    )
    return found[0]


def opening(port: int, text: dict[str, Any], session: dict[str, Any]) -> list[str]:
    pages, texts, size = [], [], 0
    for _ in range(ROUNDS):
        reader = Asking(port, text["address"], session)
        begun = time.perf_counter()
        reader.ask("GET", "")
        pages.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        reader.ask("GET", "state/")
        texts.append(time.perf_counter() - begun)
        size = reader.size
    return [f"{1000 * median(pages):.0f}", f"{1000 * median(texts):.0f}", str(size // 1024)]
