import "./page.js";
import assert from "node:assert/strict";
import test from "node:test";
import { numbersOf, wordsOf } from "../../static/js/editor/numbering.js";
import { node, OUTLINE, paragraph, text, words } from "./texts.js";

const heading = (level, lettered) => node("heading", { level, lettered }, words("Heading"));
const item = (...blocks) => node("list_item", null, ...blocks);
const list = (style, ...items) => node("lettered_list", { style }, ...items);
const numbered = () => paragraph("", "Words", { numbered: true });
const read = (doc, outline = OUTLINE) => numbersOf(doc, outline).map(({ printed, full }) => [printed, full]);

test("numbered paragraphs are counted through the headings, and lettered headings by level", () => {
  const doc = text(heading(1, true), numbered(), heading(2, true), heading(2, true), heading(1, true), numbered());
  assert.deepEqual(read(doc), [
    ["A", "section A"],
    ["1", "paragraph 1"],
    ["A", "section A"],
    ["B", "section B"],
    ["B", "section B"],
    ["2", "paragraph 2"],
  ]);
});

test("items of a list carry the paragraph before it, and an inner list the item around it", () => {
  const inner = list("letters", item(paragraph("", "One")), item(paragraph("", "Two")));
  const doc = text(numbered(), list("letters", item(paragraph("", "First")), item(paragraph("", "Second"), inner)));
  assert.deepEqual(read(doc), [
    ["1", "paragraph 1"],
    ["(a)", "paragraph 1 (a)"],
    ["(b)", "paragraph 1 (b)"],
    ["(i)", "paragraph 1 (b) (i)"],
    ["(ii)", "paragraph 1 (b) (ii)"],
  ]);
});

test("the point after a number is printed, and left out where a sentence refers to it", () => {
  const doc = text(list("numbers", item(paragraph("", "First"))));
  assert.deepEqual(read(doc), [["1.", "1"]]);
});

test("letters go on after z, and Roman numerals subtract", () => {
  const many = (style, count) => text(list(style, ...Array.from({ length: count }, () => item(paragraph("", "x")))));
  const last = (doc) => read(doc).at(-1)[0];
  assert.deepEqual([last(many("letters", 28)), last(many("roman", 49))], ["(ab)", "(xlix)"]);
});

test("footnotes are counted in reading order after those of the parts before, in letters where the kind says so", () => {
  const doc = text(node("paragraph", null, words("a"), node("footnote", null, words("x")), node("footnote", null, words("y"))));
  assert.deepEqual(read(doc, { ...OUTLINE, footnotes_before: 2 }), [
    ["3", "footnote 3"],
    ["4", "footnote 4"],
  ]);
  assert.deepEqual(read(doc, { ...OUTLINE, footnotes_in_letters: true })[1], ["b", "footnote b"]);
});

test("an annex is named with every number but a footnote's", () => {
  const outline = { ...OUTLINE, annex: "annex II" };
  assert.deepEqual(read(text(numbered()), outline), [["1", "paragraph 1, annex II"]]);
});

test("words of a block leave its footnotes out and ask how an atom reads", () => {
  const block = node(
    "paragraph",
    null,
    words("See "),
    node("cross_reference", { target: "baaaaaaaaaaa", reads: "full" }),
    node("footnote", null, words("hidden")),
    words("."),
  );
  assert.equal(
    wordsOf(block, (atom) => `[${atom.attrs.target}]`),
    "See [baaaaaaaaaaa].",
  );
});
