import "./page.js";
import assert from "node:assert/strict";
import test from "node:test";
import { TextSelection } from "prosemirror-state";
import { lines, paragraph, text, Writer } from "./texts.js";

/** The text after `mine` was written and, before it could be sent, `theirs` arrived; then the words sent on. */
function written(doc, mine, theirs) {
  const here = new Writer("here", doc).does(mine);
  const there = new Writer("there", doc).does(theirs);
  here.receives(there.sent());
  return here;
}

const twoParagraphs = () => text(paragraph("baaaaaaaaaaa", "The Council met."), paragraph("bbbbbbbbbbbb", "It rose at six."));

test("words of two writers at different places both stay", () => {
  const here = written(
    twoParagraphs(),
    (tr) => tr.insertText(" again", 12),
    (tr) => tr.insertText("late, ", 19 + 3),
  );
  assert.deepEqual(lines(here.state.doc), ["The Council again met.", "It late, rose at six."]);
});

test("words typed in a paragraph that another writer deletes are put back in a block of their own", () => {
  const here = written(
    twoParagraphs(),
    (tr) => tr.insertText(" Nobody objected.", 17),
    (tr) => tr.delete(0, 18),
  );
  assert.deepEqual(lines(here.state.doc), [" Nobody objected.", "It rose at six."]);
});

test("words of another writer inside a range that this window deletes stay", () => {
  const here = written(
    twoParagraphs(),
    (tr) => tr.delete(5, 17),
    (tr) => tr.insertText(" twice", 16),
  );
  assert.deepEqual(lines(here.state.doc), ["The  twice", "It rose at six."]);
});

test("a letter that both deleted stays deleted", () => {
  const here = written(
    twoParagraphs(),
    (tr) => tr.delete(1, 5),
    (tr) => tr.delete(1, 5),
  );
  assert.deepEqual(lines(here.state.doc), ["Council met.", "It rose at six."]);
});

test("words typed in a paragraph that another writer moves go along with it, once", () => {
  const here = written(
    twoParagraphs(),
    (tr) => tr.insertText("calmly ", 13),
    (tr) => tr.delete(0, 18).insert(tr.doc.content.size, paragraph("baaaaaaaaaaa", "The Council met.")),
  );
  assert.deepEqual(lines(here.state.doc), ["It rose at six.", "The Council calmly met."]);
});

test("the cursor follows its paragraph when another writer moves it", () => {
  const here = new Writer("here", twoParagraphs());
  here.does((tr) => tr.setSelection(TextSelection.create(tr.doc, 13)));
  const there = new Writer("there", twoParagraphs());
  there.does((tr) => tr.delete(0, 18).insert(tr.doc.content.size, paragraph("baaaaaaaaaaa", "The Council met.")));
  here.receives(there.sent());
  const { $from } = here.state.selection;
  assert.deepEqual([$from.parent.textContent, $from.parentOffset], ["The Council met.", 12]);
});

test("both windows end with the same text", () => {
  const here = new Writer("here", twoParagraphs()).does((tr) => tr.insertText(" Nobody objected.", 17));
  const there = new Writer("there", twoParagraphs()).does((tr) => tr.delete(0, 18));
  const first = there.sent();
  here.receives(first);
  there.receives(first);
  const second = here.sent();
  here.receives(second);
  there.receives(second);
  assert.deepEqual(here.state.doc.toJSON(), there.state.doc.toJSON());
  assert.equal(here.version, there.version);
});
