"""Measure the main pages, uncached and cached, against the bare Django views of `bench/floor`."""

import math
import re

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import data, servers
from bench.table import median, percentile, show
from foundation.pages.cache import PAGES

ROUNDS, REQUESTS = 5, 30
# Aims: the greatest ratios to bare Django, and the greatest size of a page in bytes, compressed.
CACHED, COLD, MANY_PEOPLE, BYTES = 0.5, 3.0, 0.3, 100_000
FIRST_OF_MANY = "first 100 of 5,000"

# name, address, address of the baseline page; without one, a bare page that asks as many queries for as many rows
MEASURED = [
    ("home", "/", "/1/"),
    ("workshop, 178 people", data.WORKSHOP, ""),
    ("agenda of 100 entries", f"{data.LARGE}programme/", "/1/agenda/"),
    ("178 participants", f"{data.WORKSHOP}participants/?per=all", "/1/participants/"),
    (FIRST_OF_MANY, f"{data.LARGE}participants/", "/2/participants/"),
    ("Council agenda", "/council/99/agenda/", "/1/agenda/"),
    ("consultation", "/votes/topics-2011/", ""),
    ("result", "/votes/topics-2011/results/", ""),
    ("dialogue", "/dialogue/migration-and-integration/", ""),
    ("documents", "/documents/", ""),
    ("the note as a page", "/documents/IC/2010/9/en/", "/1/agenda/"),
]


def run() -> None:
    with servers.bare_django() as (floor_port, floor_pid), servers.portal() as (port, pid):
        fresh = servers.memory(pid), servers.memory(floor_pid)
        reader, floor = servers.Reader(port), servers.Reader(floor_port)
        rows = [measured(reader, floor, *page) for page in MEASURED]
    header = [
        "page",
        "cold ms",
        "p95",
        "cached ms",
        "p95",
        "cached/s",
        "bare ms",
        "cold ×",
        "cached ×",
        "queries",
        "bytes",
    ]
    show("Pages (medians of five rounds in turn with bare Django)", header, rows)
    show("Aims", ["aim", "met by", "missed by"], aims(rows))
    show("Memory of the web processes when fresh, MB (PSS)", ["portal", "bare Django"], [fresh])
    transferred()


def measured(reader: servers.Reader, floor: servers.Reader, name: str, path: str, bare: str) -> list[object]:
    join = "&" if "?" in path else "?"
    asked, rows = weight(path)
    bare = bare or f"/1/lists/{asked}/{math.ceil(rows / asked)}/"
    cold, cached, bare_times = [], [], []
    for path_to_warm in (path, path):
        _seconds, size = reader.get(path_to_warm)
    floor.get(bare)
    for n in range(ROUNDS):
        # A new query string makes a new address, so nothing of the page is cached.
        cold.append([reader.get(f"{path}{join}cold={n}-{m}")[0] for m in range(REQUESTS)])
        cached.append([reader.get(path)[0] for _ in range(REQUESTS)])
        bare_times.append([floor.get(bare)[0] for _ in range(REQUESTS)])
    cold_ms, cached_ms, bare_ms = (1000 * median([median(r) for r in times]) for times in (cold, cached, bare_times))
    cold_p95, cached_p95 = (1000 * percentile([t for r in times for t in r], 0.95) for times in (cold, cached))
    return [
        name,
        f"{cold_ms:.1f}",
        f"{cold_p95:.1f}",
        f"{cached_ms:.2f}",
        f"{cached_p95:.2f}",
        f"{1000 / cached_ms:.0f}",
        f"{bare_ms:.1f}",
        f"{cold_ms / bare_ms:.2f}",
        f"{cached_ms / bare_ms:.2f}",
        asked,
        size,
    ]


def aims(rows: list[list[object]]) -> list[list[object]]:
    """Return each aim with the number of pages that meet it and the names of those that do not."""
    checked = [
        (f"cached below {CACHED} ×", lambda row: float(row[8]) < CACHED),
        (f"cold below {COLD:.0f} ×", lambda row: float(row[7]) < COLD),
        (f"{FIRST_OF_MANY} below {MANY_PEOPLE} ×", lambda row: row[0] != FIRST_OF_MANY or float(row[7]) < MANY_PEOPLE),
        (f"below {BYTES // 1000} kB", lambda row: int(row[10]) < BYTES),
    ]
    return [
        [name, sum(map(met, rows)), ", ".join(str(row[0]) for row in rows if not met(row)) or "none"]
        for name, met in checked
    ]


def weight(path: str) -> tuple[int, int]:
    """Return how many queries the page asks when it is made, and how many rows of lists and tables it has."""
    caches[PAGES].clear()
    client = Client(headers={"host": "127.0.0.1"})
    client.get(path)
    caches[PAGES].clear()
    with CaptureQueriesContext(connection) as captured:
        page = client.get(path)
    return len(captured), len(re.findall(r"<(?:li|tr|dt)\b", page.content.decode()))


def transferred() -> None:
    """Show what a browser with an empty cache downloads for the public agenda: page, styles, scripts and fonts."""
    with servers.portal() as (port, _pid):
        reader = servers.Reader(port)
        path = f"{data.LARGE}programme/"
        reader.connection.request("GET", path)
        html = reader.connection.getresponse().read().decode()
        page = reader.get(path)[1]
        assets = set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js|svg))"', html))
        sizes = {asset: reader.get(asset)[1] for asset in assets}
        fonts = set()
        for asset in assets:
            if asset.endswith(".css"):
                reader.connection.request("GET", asset)
                css = reader.connection.getresponse().read().decode()
                fonts |= {
                    url
                    for url in re.findall(r"url\(\"?([^)\"]+latin-[46]00-normal[^)\"]*\.woff2)", css)
                    if "ext" not in url
                }
        for font in fonts:
            name = (
                font
                if font.startswith("/")
                else f"/{settings.STATIC_URL.strip('/')}/" + font.split("static/")[-1].lstrip("./")
            )
            sizes[name] = reader.get(name)[1]
    rows = [("page", page), *sorted(sizes.items()), ("together", page + sum(sizes.values()))]
    show("Transferred for a public agenda of 100 entries, bytes", ["what", "bytes"], rows)
