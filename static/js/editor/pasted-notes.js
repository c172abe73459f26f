// Pasted footnotes. Word, LibreOffice and Google Docs all write them in the same way: a call that links to its note, and a
// note that begins with a link back to the call.
const NOTE_BLOCK = "p, li, td, div";

function named(page, name) {
  return page.querySelector(`[name="${CSS.escape(name)}"], [id="${CSS.escape(name)}"]`);
}

const fragment = (link) => {
  const href = link?.getAttribute("href") || "";
  const at = href.lastIndexOf("#");
  return at < 0 ? "" : href.slice(at + 1);
};

/** Return the link from a note back to this call, or null if this is not a call. */
function backOf(page, call) {
  const target = named(page, fragment(call));
  if (!target) return null;
  const back = target.matches("a[href]") ? target : target.querySelector("a[href]");
  if (!back || back === call) return null;
  const returned = named(page, fragment(back));
  if (!returned || !(returned === call || returned.contains(call) || call.contains(returned))) return null;
  // The first of the two is the call.
  return call.compareDocumentPosition(back) & Node.DOCUMENT_POSITION_FOLLOWING ? back : null;
}

export function withFootnotes(page) {
  const gone = new Set();
  page.querySelectorAll('a[href*="#"]').forEach((call) => {
    const back = call.isConnected && backOf(page, call);
    if (!back) return;
    const block = back.closest('[id^="ftn"], [id^="sdfootnote"], [id^="sdendnote"]') || back.closest(NOTE_BLOCK);
    if (!block || block.contains(call)) return;
    back.remove();
    const note = page.createElement("span");
    note.dataset.footnote = "";
    const lines = [...block.querySelectorAll("p")];
    (lines.length ? lines : [block]).forEach((line, index) => {
      if (index) note.append(page.createElement("br"));
      note.append(...line.childNodes);
    });
    const first = document.createTreeWalker(note, NodeFilter.SHOW_TEXT).nextNode();
    if (first) first.data = first.data.replace(/^[\s\u00a0]*(\[?\d{1,3}\]?[\s\u00a0]+)?/, "");
    gone.add(block);
    (call.closest("sup") || call).replaceWith(note);
  });
  gone.forEach((block) => block.remove());
}
