// Pasted lists. Word writes them as paragraphs that begin with a sign and have a level in their style. Other programs write
// HTML lists, but do not always place an inner list inside an item of the outer one.
const BULLET = /^[·•●○◦▪■□§o\-–—*➢✓]$/u;
const SIGN = /^\(?([0-9]{1,3}|[a-z]{1,5})[.)]$/i;
const ROMAN = /^[ivxl]+$/i;
// Signs typed by hand at the beginning of a paragraph.
const TYPED = /^[\s\u00a0]*(\(?(?:[0-9]{1,3}|[a-z]{1,4})[.)]|[·•–])[\s\u00a0]+(?=\S)/;

/** Return the meaning of a sign: { kind: "bullet" | "number" | "letter" | "roman", value }, or null. */
function meant(sign, before) {
  if (BULLET.test(sign)) return { kind: "bullet", value: 0 };
  const found = SIGN.exec(sign);
  if (!found) return null;
  const word = found[1].toLowerCase();
  if (/^\d/.test(word)) return { kind: "number", value: Number(word) };
  const place = word.length === 1 ? word.charCodeAt(0) - 96 : 0;
  if (before?.kind === "letter" && place === before.value + 1) return { kind: "letter", value: place };
  if (ROMAN.test(word) && (before?.kind === "roman" || word === "i" || word.length > 1)) return { kind: "roman", value: 1 };
  return word.length === 1 ? { kind: "letter", value: place } : null;
}

/** Remove and return the sign with which Word begins a paragraph of a list. */
function signOf(paragraph, style) {
  const ignored = [...paragraph.querySelectorAll("span")].find((span) => /mso-list\s*:\s*ignore/i.test(style(span)));
  if (!ignored) return "";
  const sign = ignored.textContent.replace(/[\s\u00a0]+/g, "");
  const holder = ignored.parentElement !== paragraph && ignored.parentElement.childNodes.length === 1 ? ignored.parentElement : ignored;
  holder.remove();
  return sign;
}

const STYLE_OF = { letter: "letters", roman: "roman", number: "numbers" };

/** Convert paragraphs with signs to lists and numbered paragraphs. `style(element)` returns the pasted style. */
export function withLists(page, style) {
  let open = [];
  [...page.querySelectorAll("p")].forEach((paragraph) => {
    if (paragraph.closest("li, blockquote, [data-footnote]")) return;
    const inCell = paragraph.closest("td, th") !== null;
    const list = /mso-list\s*:\s*l\d+\s+level(\d)/i.exec(style(paragraph));
    const level = list ? Number(list[1]) : 1;
    let sign = list ? signOf(paragraph, style) : "";
    let typed = null;
    if (!sign) typed = TYPED.exec(paragraph.textContent);
    if (typed) sign = typed[1];
    const before = open[level - 1]?.last;
    const says = sign && meant(sign, before);
    const follows = open.length && paragraph.previousElementSibling === open[0].element;
    if (!follows) open = [];
    // A typed letter or dash counts only if it is the first of a list or continues one. In a table cell, a typed number is
    // more often the name of the row than a list.
    if (inCell && typed && says?.kind === "number") return;
    const begins = list || says?.kind === "number" || open.length || says?.value === 1 || says?.kind === "bullet";
    if (!says || !begins) {
      open = [];
      return;
    }
    if (typed) cutFront(paragraph, typed[0].length);
    if (says.kind === "number" && level === 1 && !inCell) {
      paragraph.classList.add("is-numbered");
      open = [];
      return;
    }
    const depth = typed && open.length && says.kind === "roman" && open[0].last.kind === "letter" ? 2 : Math.min(level, open.length + 1);
    open.length = Math.min(open.length, depth);
    const kind = says.kind === "bullet" ? "ul" : "ol";
    const around = open[depth - 1]?.element;
    const counts = (around?.dataset.style === "numbers") === (says.kind === "number");
    if (around && (around.localName !== kind || !counts)) open.length = depth - 1;
    if (!open[depth - 1]) {
      const element = page.createElement(kind);
      if (kind === "ol") element.dataset.style = STYLE_OF[says.kind];
      if (depth === 1) paragraph.before(element);
      else open[depth - 2].element.lastElementChild.append(element);
      open[depth - 1] = { element, last: says };
    }
    open[depth - 1].last = says;
    const item = page.createElement("li");
    item.append(paragraph);
    open[depth - 1].element.append(item);
  });
}

function cutFront(paragraph, count) {
  let rest = count;
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node && rest > 0; node = walker.nextNode()) {
    const cut = Math.min(rest, node.data.length);
    node.data = node.data.slice(cut);
    rest -= cut;
  }
}

const NAMED_STYLES = { "lower-alpha": "letters", "lower-latin": "letters", "upper-alpha": "letters", "lower-roman": "roman", "upper-roman": "roman" };
const TYPES = { a: "letters", A: "letters", i: "roman", I: "roman" };

/** Convert HTML lists: set their numbering, and place each inside an item of the outer list. */
export function orderedLists(page, style) {
  page.querySelectorAll("ol").forEach((list) => {
    if (list.dataset.style) return;
    const written = /list-style(?:-type)?\s*:\s*([a-z-]+)/i.exec(style(list) || style(list.querySelector("li") || list));
    list.dataset.style = TYPES[list.getAttribute("type")] || NAMED_STYLES[written?.[1]] || "numbers";
  });
  page.querySelectorAll("ol > ol, ol > ul, ul > ol, ul > ul").forEach((list) => {
    if (list.previousElementSibling?.localName === "li") list.previousElementSibling.append(list);
  });
}

/** Convert lists to numbered paragraphs where LibreOffice has written these as lists. */
export function numberedParagraphs(page) {
  page.querySelectorAll('ol[data-style="numbers"]').forEach((list) => {
    if (list.closest("li, td, th")) return;
    const blocks = [];
    [...list.children].forEach((item) => {
      const first = item.querySelector(":scope > p") || item;
      const paragraph = page.createElement("p");
      paragraph.className = "is-numbered";
      const inner = first === item ? [...item.childNodes].filter((node) => !/^(ol|ul)$/.test(node.localName)) : [...first.childNodes];
      paragraph.append(...inner);
      if (first !== item) first.remove();
      blocks.push(paragraph, ...[...item.children].filter((child) => /^(p|ol|ul)$/.test(child.localName)));
    });
    list.replaceWith(...blocks);
  });
}
