// Comments on selected words of a draft: the selection is added to the link beside the block. Without this script, the link
// opens the same form, into which the words have to be copied.
const LIMIT = 1000;

function wordsOf(range) {
  const piece = range.cloneContents();
  // Paragraph numbers and footnote calls are generated content, not text.
  piece.querySelectorAll(".number, .footnote-call, .visually-hidden").forEach((drawn) => drawn.remove());
  return piece.textContent.replace(/\s+/g, " ").trim();
}

function chosen() {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const within = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);
  const text = within(range.commonAncestorContainer)?.closest(".reviewed-text");
  const quote = text ? wordsOf(range) : "";
  return quote && quote.length <= LIMIT ? { block: text.closest("[data-block]"), quote } : null;
}

function restore(link) {
  link.href = link.dataset.plain;
  link.firstChild.textContent = link.dataset.plainWords;
  link.classList.remove("btn", "btn-sm", "btn-primary");
}

let marked = null;

document.addEventListener("selectionchange", () => {
  const found = chosen();
  const link = found?.block.querySelector("[data-comment-on]") ?? null;
  if (marked && marked !== link) restore(marked);
  marked = link;
  if (!link) return;
  link.dataset.plain ??= link.getAttribute("href");
  link.dataset.plainWords ??= link.firstChild.textContent;
  link.href = `${link.dataset.plain}&quote=${encodeURIComponent(found.quote)}`;
  link.firstChild.textContent = link.dataset.commentOn;
  link.classList.add("btn", "btn-sm", "btn-primary");
});
