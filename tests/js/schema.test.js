import "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { EditorState } from "prosemirror-state";
import { blockIds } from "../../static/js/editor/ids.js";
import { turns } from "../../static/js/editor/receiving.js";
import { isKey, schema } from "../../static/js/editor/schema.js";
import { Words } from "../../static/js/editor/words.js";
import { paragraph, text } from "./texts.js";

window.crypto.getRandomValues ??= (numbers) => globalThis.crypto.getRandomValues(numbers);

test("an attribute that the schema does not allow is refused", () => {
  const read = (attrs) => schema.nodeFromJSON({ type: "heading", attrs }).check();
  read({ id: "", level: 2, lettered: false });
  for (const wrong of [{ level: 9 }, { level: "2" }, { level: 1, id: "<script>" }]) {
    assert.throws(() => read({ id: "", lettered: false, ...wrong }), RangeError);
  }
});

test("the key of a figure has an app, a subject, an id and a name", () => {
  assert.deepEqual(["votes.ballot:topics-2011:voters", "votes.ballot", "votes ballot:a:b"].map(isKey), [true, false, false]);
});

test("every block has an id of its own; the words keep it when a paragraph is split at its beginning", () => {
  const first = EditorState.create({ doc: text(paragraph("", "One")), plugins: [blockIds()] });
  const given = first.apply(first.tr.insertText("!", 4)).doc.firstChild.attrs.id;
  assert.match(given, /^b[a-z2-9]{11}$/);
  const state = EditorState.create({ doc: text(paragraph(given, "One")), plugins: [blockIds()] });
  const [empty, kept] = state.apply(state.tr.split(1)).doc.content.content;
  assert.deepEqual([empty.textContent, kept.textContent, kept.attrs.id], ["", "One", given]);
  assert.notEqual(empty.attrs.id, given);
});

test("entries are taken in turns: this window's own first, then those of others", () => {
  const entries = ["me", "me", "ann", "me", "bob", "ann"].map((client) => ({ client }));
  const found = turns(entries, "me").map((turn) => turn.map(({ client }) => client));
  assert.deepEqual(found, [
    ["me", "me", "ann"],
    ["me", "bob", "ann"],
  ]);
});

test("words are filled in as they are, and a name without words shows itself", () => {
  const page = new Words('{"by": "{0} by {1}"}');
  assert.deepEqual([page.fill("by", "$&", "{0}"), page.say("unknown")], ["$& by {0}", "unknown"]);
});
