// Review comments: a mark beside each block with comments, underlined words, and the thread in a panel beside the text.
// The place of a comment is always found in the present text: by the permanent id of its block, or else by the quoted words.
import { sendableSteps } from "prosemirror-collab";
import { Plugin, PluginKey, TextSelection } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";
import { get, post } from "./asking.js";
import { numbering, wordsOf } from "./numbering.js";

const AGAIN = 15 * 1000;
const SETTLES = 500;
const SAVED_WITHIN = 8 * 1000;
const QUOTE = 1000;

/** Return the letters of a block without white space, each with its position in the text. */
function letters(node, position, read) {
  const found = { text: "", places: [] };
  const put = (text, placeOf) => {
    // By UTF-16 units, as in positions.
    for (let index = 0; index < text.length; index += 1) {
      if (!text[index].trim()) continue;
      found.text += text[index];
      found.places.push(placeOf(index));
    }
  };
  node.descendants((child, offset) => {
    const at = position + 1 + offset;
    if (child.isText) {
      put(child.text, (index) => [at + index, at + index + 1]);
      return false;
    }
    if (child.type.name === "footnote") return false;
    if (child.isAtom) put(read(child), () => [at, at + child.nodeSize]);
    return true;
  });
  return found;
}

const squeezed = (text) => text.replace(/\s+/g, "");

/** Return { thread, state, position (of its top-level block), from, to } for each thread; if `gone`, position is null. */
export function anchorsOf(doc, threads, read) {
  const blocks = new Map();
  doc.descendants((node, position) => {
    if (node.type.name === "footnote") return false;
    if (node.attrs.id) blocks.set(node.attrs.id, { node, position });
    return !node.isTextblock;
  });
  const known = new Map();
  const lettersOf = (id) => {
    if (!known.has(id)) known.set(id, letters(blocks.get(id).node, blocks.get(id).position, read));
    return known.get(id);
  };
  const outermost = (id) => {
    const { position } = blocks.get(id);
    const place = doc.resolve(position);
    return place.depth ? place.before(1) : position;
  };
  const within = (id, quote, state) => {
    const { text, places } = lettersOf(id);
    const start = quote ? text.indexOf(quote) : -1;
    if (start < 0) return null;
    const isWhole = quote.length === text.length;
    const [from, to] = [places[start][0], places[start + quote.length - 1][1]];
    return { state, position: outermost(id), from: isWhole ? null : from, to: isWhole ? null : to };
  };
  return threads.map((thread) => {
    const quote = squeezed(thread.quote);
    const own = blocks.get(thread.block);
    if (own) {
      const there = within(thread.block, quote, "there");
      return { thread, ...(there || { state: quote ? "changed" : "there", position: outermost(thread.block), from: null, to: null }) };
    }
    const elsewhere = quote ? [...blocks.keys()].filter((id) => lettersOf(id).text.includes(quote)) : [];
    elsewhere.sort((one, other) => lettersOf(one).text.length - lettersOf(other).text.length);
    return { thread, ...(elsewhere.length ? within(elsewhere[0], quote, "moved") : { state: "gone", position: null, from: null, to: null }) };
  });
}

export const commented = new PluginKey("comments");

function drawn(doc, anchors, withResolved) {
  const shown = anchors.filter(({ thread, from }) => from !== null && (withResolved || !thread.resolved));
  return DecorationSet.create(
    doc,
    shown.map(({ from, to, thread }) => Decoration.inline(from, to, { class: thread.resolved ? "commented commented-resolved" : "commented" })),
  );
}

/** Return the plugin. `look()` returns { threads, read, withResolved }; `changed` is called when marks may have moved. */
export function commentsPlugin(look, changed) {
  const begin = (doc) => {
    const { threads, read, withResolved } = look();
    const anchors = anchorsOf(doc, threads, read);
    return { anchors, set: drawn(doc, anchors, withResolved) };
  };
  const moved = (anchor, mapping) =>
    anchor.position === null ? anchor : { ...anchor, position: mapping.map(anchor.position) };
  return new Plugin({
    key: commented,
    state: {
      init: () => ({ anchors: [], set: DecorationSet.empty }),
      apply(tr, value) {
        if (tr.getMeta(commented)) return begin(tr.doc);
        if (!tr.docChanged || !value.anchors.length) return value;
        return { anchors: value.anchors.map((anchor) => moved(anchor, tr.mapping)), set: value.set.map(tr.mapping, tr.doc) };
      },
    },
    props: { decorations: (state) => commented.getState(state).set },
    view: () => ({ update: (view, before) => before.doc !== view.state.doc && changed() }),
  });
}

function element(tag, attributes = {}, ...children) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.append(...children);
  return made;
}

export class Comments {
  constructor(root, editor) {
    Object.assign(this, { root, editor });
    this.address = root.dataset.comments;
    this.threads = [];
    this.marks = root.querySelector("[data-marks]");
    this.panel = root.querySelector("[data-comment-panel]");
    this.title = this.panel.querySelector("h2");
    this.list = this.panel.querySelector("[data-threads]");
    this.count = root.querySelector("[data-comment-count]");
    this.switch = root.querySelector("[data-with-resolved]");
    // Text that was typed but not sent, by thread; "new" is a new comment.
    this.typed = new Map();
    this.open = null;
    this.plugin = commentsPlugin(
      () => ({ threads: this.threads, read: (node) => editor.reads(node), withResolved: this.withResolved }),
      () => this.textChanged(),
    );
    if (!this.address) return;
    this.switch.querySelector("input").addEventListener("change", () => this.find());
    this.count.addEventListener("click", () => this.next());
    const begin = root.querySelector("[data-comment-new]");
    // Keep the selection.
    begin.addEventListener("mousedown", (event) => event.preventDefault());
    begin.addEventListener("click", () => this.begin());
    this.panel.querySelector("[data-close]").addEventListener("click", () => this.close());
    this.panel.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    window.addEventListener("resize", () => this.place());
    window.setInterval(() => !document.hidden && this.load(), AGAIN);
    window.addEventListener("focus", () => this.load());
  }

  get withResolved() {
    return this.switch.querySelector("input").checked;
  }

  get anchors() {
    return commented.getState(this.editor.state).anchors;
  }

  isShown({ thread }) {
    return this.withResolved || !thread.resolved;
  }

  // --- Threads --------------------------------------------------------------------------------------------------------
  async load() {
    if (!this.address) return;
    const { status, data } = await get(this.address);
    if (status === 200) this.take(data.threads);
  }

  take(threads) {
    if (JSON.stringify(threads) === JSON.stringify(this.threads)) return;
    this.threads = threads;
    this.find();
  }

  /** Find the places of all threads again. */
  find() {
    window.clearTimeout(this.settling);
    if (!this.address) return;
    this.editor.dispatch(this.editor.state.tr.setMeta(commented, true).setMeta("addToHistory", false));
    const open = this.threads.filter(({ resolved }) => !resolved).length;
    this.count.hidden = !open;
    this.count.textContent = open === 1 ? this.say("comments-open-1") : this.fill("comments-open", open);
    this.switch.hidden = open === this.threads.length;
    this.place();
    this.draw();
  }

  textChanged() {
    this.place();
    if (!this.threads.length) return;
    window.clearTimeout(this.settling);
    this.settling = window.setTimeout(() => this.find(), SETTLES);
  }

  say(name) {
    return this.editor.words.say(name);
  }

  fill(name, ...values) {
    return this.editor.words.fill(name, ...values);
  }

  // --- The marks beside the text --------------------------------------------------------------------------------------
  place() {
    if (this.placing || !this.address) return;
    this.placing = window.requestAnimationFrame(() => {
      this.placing = null;
      this.drawMarks();
    });
  }

  drawMarks() {
    const groups = new Map();
    // A block may have been deleted since the places were last found.
    const isThere = ({ position }) => position !== null && this.editor.state.doc.nodeAt(position);
    this.anchors.filter((anchor) => isThere(anchor) && this.isShown(anchor)).forEach((anchor) => {
      groups.set(anchor.position, [...(groups.get(anchor.position) || []), anchor]);
    });
    const existing = new Map([...this.marks.children].map((mark) => [mark.dataset.block, mark]));
    const sheet = this.marks.getBoundingClientRect();
    const marks = [...groups].sort(([one], [other]) => one - other).map(([position, anchors]) => {
      const id = this.blockAt(position);
      const mark = existing.get(id) || this.mark(id);
      existing.delete(id);
      const open = anchors.filter(({ thread }) => !thread.resolved).length;
      const text = String(anchors.length);
      if (mark.textContent !== text) mark.textContent = text;
      mark.classList.toggle("is-resolved", !open);
      mark.setAttribute("aria-label", this.fill(anchors.length === 1 ? "comments-at-1" : "comments-at", anchors.length, this.nameOf(position)));
      const dom = this.editor.view.nodeDOM(position);
      if (dom?.getBoundingClientRect) mark.style.top = `${Math.round(dom.getBoundingClientRect().top - sheet.top)}px`;
      return mark;
    });
    existing.forEach((mark) => {
      // After the last comment of a block is resolved, move the focus to the text.
      if (mark === document.activeElement) this.editor.view.focus();
      mark.remove();
    });
    marks.forEach((mark, index) => this.marks.children[index] !== mark && this.marks.insertBefore(mark, this.marks.children[index] || null));
  }

  mark(id) {
    const mark = element("button", { type: "button", className: "comment-mark" });
    mark.dataset.block = id;
    mark.addEventListener("click", () => this.show({ block: id }, mark));
    return mark;
  }

  blockAt(position) {
    return this.editor.state.doc.nodeAt(position)?.attrs.id || `at-${position}`;
  }

  /** Return `paragraph 3`, or the first words of the block. */
  nameOf(position) {
    const node = this.editor.state.doc.nodeAt(position);
    const number = numbering.getState(this.editor.state).numbers.find((entry) => entry.position === position);
    return number?.full || wordsOf(node, (chip) => this.editor.reads(chip)).slice(0, 40).trim() || this.say("comments-wordless");
  }

  // --- The panel ------------------------------------------------------------------------------------------------------
  /** Open the panel. `asked` is { block } or { gone: true } to show threads; with `quote` (and `id`) it offers a new comment. */
  show(asked, opener = null) {
    this.find();
    this.open = asked;
    this.opener = opener;
    this.panel.hidden = false;
    this.draw();
    if (asked.quote === undefined) this.title.focus();
    else this.panel.querySelector("[data-new] textarea")?.focus();
    if (asked.quote === undefined && asked.block) this.bringIntoView(asked.block);
  }

  bringIntoView(id) {
    const anchor = this.anchors.find(({ position }) => position !== null && this.blockAt(position) === id);
    const dom = anchor && this.editor.view.nodeDOM(anchor.position);
    const box = dom?.getBoundingClientRect?.();
    if (box && (box.top < 160 || box.bottom > window.innerHeight)) dom.scrollIntoView({ block: "center" });
  }

  close() {
    if (this.panel.hidden) return;
    this.panel.hidden = true;
    this.open = null;
    if (this.opener?.isConnected) this.opener.focus();
    else this.editor.view.focus();
  }

  shownThreads() {
    if (this.open.gone) return this.anchors.filter((anchor) => anchor.position === null && this.isShown(anchor));
    return this.anchors.filter((anchor) => anchor.position !== null && this.blockAt(anchor.position) === this.open.block && this.isShown(anchor));
  }

  draw() {
    if (!this.open) return;
    const anchors = this.shownThreads();
    const writes = this.open.quote !== undefined;
    if (!anchors.length && !writes) {
      this.close();
      return;
    }
    const { activeElement } = document;
    const writing = this.panel.contains(activeElement) && activeElement.tagName === "TEXTAREA" ? activeElement : null;
    const caret = writing && [writing.dataset.typed, writing.selectionStart, writing.selectionEnd];
    this.title.textContent = this.open.gone ? this.say("comments-gone") : this.fill("comments-on", this.placeName());
    this.list.replaceChildren(...anchors.map((anchor) => this.thread(anchor)), ...(writes ? [this.newForm()] : []));
    if (!caret) return;
    const again = this.list.querySelector(`[data-typed="${caret[0]}"]`);
    again?.focus();
    again?.setSelectionRange(caret[1], caret[2]);
  }

  placeName() {
    let found = "";
    this.editor.state.doc.forEach((node, position) => {
      if (node.attrs.id === this.open.block) found = this.nameOf(position);
    });
    return found;
  }

  thread({ thread, state }) {
    const said = (entry) => [
      element("p", { className: "comment-who" }, element("strong", { textContent: entry.who }), ` ${entry.when}`),
      element("p", { className: "comment-words", textContent: entry.words }),
    ];
    const [head, words] = said(thread);
    const parts = [head];
    if (thread.quote) {
      const quote = element("blockquote", { className: "comment-quote", textContent: thread.quote.length > 240 ? `${thread.quote.slice(0, 240)} …` : thread.quote });
      quote.lang = this.editor.language;
      parts.push(quote);
    }
    if (state !== "there") parts.push(element("p", { className: "comment-state", textContent: this.say(`comment-${state}`) }));
    parts.push(words, ...thread.replies.map((reply) => element("div", { className: "comment-reply" }, ...said(reply))));
    if (thread.resolved) parts.push(element("p", { className: "comment-who", textContent: thread.resolved }));
    parts.push(this.answerForm(thread));
    return element("article", { className: `comment-thread${thread.resolved ? " is-resolved" : ""}` }, ...parts);
  }

  answerForm(thread) {
    const form = this.form(String(thread.id), this.say("comment-reply"), [
      [this.say("comment-reply"), "reply"],
      [this.say(thread.resolved ? "comment-reopen" : "comment-resolve"), "resolve"],
    ]);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const words = form.querySelector("textarea").value;
      const resolves = event.submitter?.value === "resolve";
      this.send(form, String(thread.id), { comment: thread.id, words, ...(resolves ? { resolved: !thread.resolved } : {}) });
    });
    return form;
  }

  newForm() {
    const { quote, id } = this.open;
    const form = this.form("new", this.say("comment-new"), [[this.say("comment-send"), "send"]], true);
    if (quote) form.prepend(element("blockquote", { className: "comment-quote", textContent: quote, lang: this.editor.language }));
    form.dataset.new = "";
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send(form, "new", { block: id, quote, words: form.querySelector("textarea").value });
    });
    return form;
  }

  form(name, label, buttons, isPrimary = false) {
    const field = element("textarea", { className: "form-control", rows: 3, maxLength: 5000, value: this.typed.get(name) || "" });
    field.dataset.typed = name;
    field.addEventListener("input", () => this.typed.set(name, field.value));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit(form.querySelector("button"));
    });
    const error = element("p", { className: "comment-error", hidden: true });
    error.setAttribute("role", "alert");
    const acts = element("div", { className: "comment-acts" }, ...buttons.map(([textContent, value], index) =>
      element("button", { type: "submit", value, textContent, className: `btn btn-sm ${isPrimary && !index ? "btn-primary" : "btn-outline-secondary"}` }),
    ));
    const form = element("form", {}, element("label", {}, label, field), error, acts);
    return form;
  }

  /** Save what was typed last first, because the server checks that the quoted words exist. */
  async send(form, name, body) {
    const error = form.querySelector(".comment-error");
    const buttons = [...form.querySelectorAll("button")];
    error.hidden = true;
    buttons.forEach((button) => (button.disabled = true));
    const limit = Date.now() + SAVED_WITHIN;
    while (sendableSteps(this.editor.state) && Date.now() < limit) await new Promise((resolve) => window.setTimeout(resolve, 100));
    const { status, data } = await post(this.address, body);
    buttons.forEach((button) => (button.disabled = false));
    if (status !== 200) {
      error.textContent = data.words || this.say("comment-not-sent");
      error.hidden = false;
      return;
    }
    this.typed.delete(name);
    const { open } = this;
    if (open && name === "new") this.open = { block: open.block };
    this.threads = data.threads;
    this.find();
    this.root.querySelector("[data-news]").textContent = this.say("comment-sent");
    if (this.open) this.title.focus();
  }

  // --- From the text --------------------------------------------------------------------------------------------------
  /** Begin a comment on the selection, or on the whole block with the cursor. */
  begin() {
    if (!this.address) return true;
    const { state } = this.editor;
    const { $from, from } = state.selection;
    if (!$from.depth && !state.selection.node) return true;
    const end = Math.min(state.selection.to, $from.depth ? $from.end(1) : state.selection.to);
    const outer = $from.depth ? $from.node(1) : state.selection.node;
    let id = outer.attrs.id;
    const $end = state.doc.resolve(end);
    for (let depth = $from.sharedDepth(end); depth > 0 && $end.depth >= depth; depth -= 1) {
      if ($from.node(depth).attrs.id) {
        id = $from.node(depth).attrs.id;
        break;
      }
    }
    const isWords = state.selection instanceof TextSelection && !state.selection.empty;
    const quote = isWords ? this.wordsBetween(from, end) : "";
    this.show({ block: outer.attrs.id, id, quote });
    return true;
  }

  wordsBetween(from, to) {
    const pieces = [];
    this.editor.state.doc.slice(from, to).content.forEach((node) => pieces.push(wordsOf(node, (chip) => this.editor.reads(chip))));
    return pieces.join(" ").replace(/\s+/g, " ").trim().slice(0, QUOTE);
  }

  /** Show the next open comment below the cursor; comments whose text is gone come last. */
  next() {
    this.find();
    const open = this.anchors.filter(({ thread }) => !thread.resolved);
    const placed = open.filter(({ position }) => position !== null).sort((one, other) => one.position - other.position);
    const here = this.open?.block ? placed.findIndex(({ position }) => this.blockAt(position) === this.open.block) : -1;
    const after = here < 0 ? placed[0] : placed.slice(here).find(({ position }) => this.blockAt(position) !== this.open.block);
    if (after) this.show({ block: this.blockAt(after.position) }, this.count);
    else if (open.length > placed.length && !this.open?.gone) this.show({ gone: true }, this.count);
    else if (placed.length) this.show({ block: this.blockAt(placed[0].position) }, this.count);
  }
}
