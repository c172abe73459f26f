import { show } from "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { printable } from "../../static/js/editor/paste.js";
import { orderedLists, withLists } from "../../static/js/editor/pasted-lists.js";

const style = (element) => element.getAttribute("data-pasted-style") || "";
const inner = () => document.body.innerHTML;

function listed(markup) {
  show(markup);
  withLists(document, style);
  return inner();
}

test("paragraphs that Word signs as a list become a list without the signs, by their levels", () => {
  const word = (level, sign, text) =>
    `<p data-pasted-style="mso-list:l0 level${level} lfo1"><span data-pasted-style="mso-list:Ignore">${sign}</span>${text}</p>`;
  assert.equal(
    listed(word(1, "(a)", "One") + word(2, "(i)", "Inner") + word(1, "(b)", "Two")).replaceAll(/ data-pasted-style="[^"]*"/g, ""),
    '<ol data-style="letters"><li><p>One</p><ol data-style="roman"><li><p>Inner</p></li></ol></li><li><p>Two</p></li></ol>',
  );
});

test("lists that Word writes into a cell become lists in the cell, without the signs", () => {
  const word = (list, sign, text) =>
    `<p data-pasted-style="mso-list:${list} level1 lfo1"><span data-pasted-style="font-family:Symbol"><span data-pasted-style="mso-list:Ignore">${sign}<span>&nbsp;&nbsp; </span></span></span>${text}</p>`;
  const cells = `<td>${word("l0", "·", "Collect data")}${word("l1", "(a)", "Share them")}${word("l2", "1.", "Report")}</td><td><p>1. States</p></td>`;
  assert.equal(
    listed(`<table><tbody><tr>${cells}</tr></tbody></table>`).replaceAll(/ data-pasted-style="[^"]*"/g, ""),
    '<table><tbody><tr><td><ul><li><p>Collect data</p></li></ul><ol data-style="letters"><li><p>Share them</p></li></ol>' +
      '<ol data-style="numbers"><li><p>Report</p></li></ol></td><td><p>1. States</p></td></tr></tbody></table>',
  );
});

test("numbers typed by hand number their paragraphs", () => {
  assert.equal(listed("<p>12. Adopted.</p><p>Plain</p>"), '<p class="is-numbered">Adopted.</p><p>Plain</p>');
});

test("a sentence that begins with a later letter or a dash of speech is no list", () => {
  for (const markup of ["<p>c) is the third case.</p>", "<p>2010 was a year.</p>"]) assert.equal(listed(markup), markup);
});

test("letters typed in order become one list", () => {
  assert.equal(
    listed("<p>(a) One</p><p>(b) Two</p>"),
    '<ol data-style="letters"><li><p>One</p></li><li><p>Two</p></li></ol>',
  );
});

test("a list says how it counts, and one beside an item goes inside it", () => {
  show('<ol type="i"><li>One</li><ul><li>Inner</li></ul></ol>');
  orderedLists(document, style);
  assert.equal(inner(), '<ol type="i" data-style="roman"><li>One<ul><li>Inner</li></ul></li></ol>');
});

test("characters that cannot be printed are dropped, joiners and line ends are not", () => {
  assert.equal(printable("a\u0000b\u200dc\nd\ud800e\tf\u007f"), "ab\u200dc\nde\tf");
});
