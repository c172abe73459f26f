// Text pasted from Word or a web page keeps its structure but not its formatting. Formatting with a meaning is converted to
// marks first, because the content security policy stops the browser from applying pasted styles.
import { numberedParagraphs, orderedLists, withLists } from "./pasted-lists.js";
import { withFootnotes } from "./pasted-notes.js";

const STYLE = "data-pasted-style";
// Removed too: text deleted under tracked changes, and Word's comments.
const DROPPED =
  "script, style, meta, link, title, o\\:p, xml, head, iframe, object, svg, form, input, button, del, .msocomanchor, .msocomtxt";

/** Rename `style="…"` of every tag, so that the browser does not apply it, and remove stylesheets and event handlers. */
function renamed(html) {
  return html.replace(/<style\b[\s\S]*?(<\/style\s*>|$)/gi, "").replace(/<[a-z][^<>]*>/gi, (tag) =>
    tag
      .replace(/\sstyle\s*=\s*("[^"]*"|'[^']*')/gi, ` ${STYLE}=$1`)
      .replace(/\s(style|on[a-z]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)/gi, ""),
  );
}

const says = (style, property, pattern) => new RegExp(`(^|;)\\s*${property}\\s*:\\s*(${pattern})`, "i").test(style);

function wrap(element, tag) {
  const mark = element.ownerDocument.createElement(tag);
  mark.append(...element.childNodes);
  element.append(mark);
}

function unwrap(element) {
  element.replaceWith(...element.childNodes);
}

const styleOf = (element) => element.getAttribute(STYLE) || "";

/** Convert structure that other programs write in their own way. */
function restructured(page, html) {
  page.querySelectorAll("p.MsoTitle").forEach((title) => rename(title, "h1"));
  [3, 2, 1].forEach((level) => page.querySelectorAll(`h${level}`).forEach((heading) => rename(heading, `h${level + 1}`)));
  page.querySelectorAll("p.MsoQuote, p.MsoIntenseQuote").forEach((paragraph) => {
    const before = paragraph.previousElementSibling;
    const quotation = before?.localName === "blockquote" ? before : page.createElement("blockquote");
    if (quotation !== before) paragraph.before(quotation);
    quotation.append(paragraph);
  });
  page.querySelectorAll("span").forEach((span) => {
    if (says(styleOf(span), "mso-spacerun", "yes")) span.textContent = " ";
  });
  // Remove numbers of paragraphs copied from pages of the portal, because the editor adds them itself.
  page.querySelectorAll("p.numbered > .number:first-child").forEach((number) => {
    number.parentElement.classList.add("is-numbered");
    number.remove();
  });
  withFootnotes(page);
  page.querySelectorAll("div, hr, br").forEach((element) => {
    const style = styleOf(element);
    if (says(style, "mso-element", "footnote-list|endnote-list|comment-list")) element.remove();
    if (element.localName === "br" && says(style, "page-break-before", "always")) element.remove();
  });
  withLists(page, styleOf);
  orderedLists(page, styleOf);
  if (/<meta[^>]+generator[^>]+(LibreOffice|OpenOffice)/i.test(html)) numberedParagraphs(page);
}

function rename(element, tag) {
  const other = element.ownerDocument.createElement(tag);
  other.append(...element.childNodes);
  element.replaceWith(other);
}

/** Remove characters that cannot be stored (texts/schema.py); LibreOffice leaves some of them at fields. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it removes
export const printable = (text) => text.replace(/[\x00-\x08\x0b-\x1f\x7f\uFFFE\uFFFF]|\p{Surrogate}/gu, "");

function withPrintableWords(page) {
  const pieces = page.createTreeWalker(page, NodeFilter.SHOW_TEXT);
  while (pieces.nextNode()) {
    const { currentNode: piece } = pieces;
    if (printable(piece.data) !== piece.data) piece.data = printable(piece.data);
  }
}

export function cleaned(html) {
  const page = new DOMParser().parseFromString(renamed(html), "text/html");
  // Word encloses content only for Word in conditional comments, which browsers read as plain comments.
  const comments = page.createNodeIterator(page, NodeFilter.SHOW_COMMENT);
  const found = [];
  for (let comment = comments.nextNode(); comment; comment = comments.nextNode()) found.push(comment);
  found.forEach((comment) => comment.remove());
  withPrintableWords(page);
  page.querySelectorAll(DROPPED).forEach((element) => element.remove());
  // Content copied from an editor of the portal needs no conversion.
  if (!html.includes("data-pm-slice")) restructured(page, html);
  page.querySelectorAll(`[${STYLE}]`).forEach((element) => {
    const style = element.getAttribute(STYLE);
    element.removeAttribute(STYLE);
    const name = element.localName;
    if ((name === "b" || name === "strong") && says(style, "font-weight", "normal|400")) unwrap(element);
    else if ((name === "i" || name === "em") && says(style, "font-style", "normal")) unwrap(element);
    else if (name === "span") {
      if (says(style, "display|mso-hide", "none|all")) element.remove();
      if (says(style, "font-weight", "bold|[6-9]00")) wrap(element, "strong");
      if (says(style, "font-style", "italic|oblique")) wrap(element, "em");
      if (says(style, "vertical-align", "super")) wrap(element, "sup");
    }
  });
  return page.body.innerHTML;
}
