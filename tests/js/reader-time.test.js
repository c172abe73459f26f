import { show } from "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "../../static/js/src/reader-time.js";

process.env.TZ = "America/New_York";
const NOW = Date.parse("2010-11-29T09:00:00Z");

function shown(context, markup) {
  context.mock.timers.enable({ apis: ["setInterval", "Date"], now: NOW });
  window.setInterval = globalThis.setInterval;
  start(show(markup));
  return () => document.querySelector("span").textContent;
}

const timeLeft = (moment) =>
  `<span data-time-left data-moment="${moment}" data-left="{0} left" data-ended="ended {0} ago" data-over="over"></span>`;

test("time left is said in its two largest units", (context) => {
  const read = shown(context, timeLeft("2010-12-02T11:30:00Z"));
  assert.equal(read(), "3 days 2 hours left");
});

test("time left counts on, says less than a minute as one, and passes over the end", (context) => {
  const read = shown(context, timeLeft("2010-11-29T10:01:00Z"));
  const seen = [read()];
  for (const minutes of [1, 59.5, 1.5]) {
    context.mock.timers.tick(minutes * 60_000);
    start(document.body); // as after an exchange of a part of the page; the clock itself is set once
    seen.push(read());
  }
  assert.deepEqual(seen, ["1 hour 1 minute left", "1 hour left", "1 minute left", "ended 1 minute ago"]);
});

test("what ended more than thirty days ago is only over", (context) => {
  const read = shown(context, timeLeft("2010-10-01T00:00:00Z"));
  assert.equal(read(), "over");
});

test("the reader's own time is named where the zone differs, and not where it is the same", (context) => {
  const span = (zone) =>
    `<span data-reader-time data-moment="2010-11-29T09:00:00Z" data-zone="${zone}" data-label="For you: {0}"></span>`;
  assert.match(shown(context, span("Europe/Zurich"))(), /^For you: Monday,? 29 November at 04:00 (GMT-5|EST)$/);
  context.mock.timers.reset();
  assert.equal(shown(context, span("America/Toronto"))(), "");
});
