// The editor of one text: connects the view, the server, the figures and the toolbar.
import { collab } from "prosemirror-collab";
import { dropCursor } from "prosemirror-dropcursor";
import { gapCursor } from "prosemirror-gapcursor";
import { history } from "prosemirror-history";
import { EditorState, NodeSelection, Selection } from "prosemirror-state";
import { tableEditing } from "prosemirror-tables";
import { EditorView } from "prosemirror-view";
import { get } from "./asking.js";
import { Comments } from "./comments.js";
import { Connection } from "./connection.js";
import { DriftDialogue, FigureDialogue, KeysDialogue, LinkDialogue, ReferenceDialogue } from "./dialogs.js";
import { ChipView, ExhibitView, Figures } from "./figures.js";
import { FootnoteView } from "./footnotes.js";
import { blockIds, newId } from "./ids.js";
import { Keep, plainText } from "./keep.js";
import { textKeys, typedStructure } from "./keys.js";
import { numbering, numberingPlugin } from "./numbering.js";
import { blockAt, others, othersPlugin } from "./others.js";
import { cleaned, printable } from "./paste.js";
import { References, ReferenceView } from "./references.js";
import { schema } from "./schema.js";
import { About, Toolbar } from "./toolbar.js";
import { redoOwn, undoOwn, wordsOfOthers } from "./undo.js";
import { Words } from "./words.js";

const HEARTBEAT = 10 * 1000;
const PASTE_LIMIT = 800_000;

class Editor {
  constructor(root) {
    this.root = root;
    this.words = new Words(root.dataset.words);
    this.person = Number(root.dataset.person);
    this.language = root.dataset.language;
    this.client = newId();
    this.addresses = Object.fromEntries(
      ["state", "steps", "poll", "presence", "figures", "figureList", "figuresReviewed"].map((name) => [name, root.dataset[name]]),
    );
    this.status = root.querySelector("[data-status]");
    this.alarm = root.querySelector("[data-alarm]");
    this.people = [];
    this.footnotes = new WeakMap();
    this.keep = new Keep({ text: root.dataset.text, person: this.person, client: this.client });
    this.references = new References();
    this.comments = new Comments(root, this);
    this.figures = new Figures({
      address: this.addresses.figures,
      reviewed: this.addresses.figuresReviewed,
      changed: () => this.figuresChanged(),
    });
  }

  get state() {
    return this.view.state;
  }

  dispatch(tr) {
    this.view.dispatch(tr);
  }

  clock(moment) {
    return moment.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  }

  // --- Opening --------------------------------------------------------------------------------------------------------
  async open() {
    this.show("loading");
    this.keep.claim();
    const recovered = await this.keep.recover(schema, this.addresses, this.person);
    const { status, data } = await get(this.addresses.state);
    if (status !== 200) {
      this.raise(data.words || this.words.say("not-loaded"));
      window.setTimeout(() => window.location.reload(), 15 * 1000);
      return;
    }
    this.outline = data.outline;
    this.active = null;
    this.writable = true;
    this.view = new EditorView(this.root.querySelector("[data-place]"), {
      state: EditorState.create({ doc: schema.nodeFromJSON(data.content), plugins: this.plugins(data) }),
      editable: () => this.writable,
      nodeViews: {
        ...this.inlineViews(),
        footnote: (node, view, getPos) => {
          const footnote = new FootnoteView(node, view, getPos, this);
          this.footnotes.set(footnote.dom, footnote);
          return footnote;
        },
        exhibit: (node) => new ExhibitView(node, this.figures, this.words),
      },
      attributes: {
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": this.words.say("text"),
        lang: this.language,
        class: "document-text",
      },
      dispatchTransaction: (tr) => this.transact(tr),
      handleDOMEvents: { focus: () => this.activate(this.view) && false },
      handlePaste: (view, event) => this.tooLarge(event),
      transformPastedHTML: cleaned,
      transformPastedText: printable,
    });
    this.active = this.view;
    this.toolbar = new Toolbar(this.root.querySelector("[data-toolbar]"), this);
    this.about = new About(this.root.querySelector("[data-selected]"), this);
    const dialog = (name) => document.getElementById(`${name}-dialog`);
    this.dialogues = {
      figure: new FigureDialogue(dialog("figure"), this),
      reference: new ReferenceDialogue(dialog("reference"), this),
      link: new LinkDialogue(dialog("link"), this),
      drift: new DriftDialogue(dialog("drift"), this),
      keys: new KeysDialogue(dialog("keys"), this),
    };
    this.connection = new Connection({
      editor: this,
      addresses: this.addresses,
      client: this.client,
      keep: this.keep,
      on: {
        status: (news) => this.stands(news),
        people: (people) => this.meet(people),
        doubled: (pairs) => this.doubled(pairs),
        alone: (words) => this.standsAlone(words),
        refused: (news) => this.stuck("refused", news),
        closed: (news) => this.stuck("closed", news),
        back: () => this.figures.ask(true),
      },
    });
    this.meet(data.people);
    this.show(recovered.sent ? "recovered" : "open");
    recovered.refused.forEach(({ text }) => text && this.raise(this.words.fill("recovery-refused", text)));
    this.beHere();
    this.references.changed();
    this.refresh();
    this.comments.load();
    this.root.classList.add("is-ready");
    this.goTo(window.location.hash.slice(1));
    this.root.querySelector("[data-keys]").addEventListener("click", () => this.dialogues.keys.open());
    this.root.querySelector("[data-drifted]").addEventListener("click", () => this.act("drift"));
    this.root.querySelector("[data-unsound]").addEventListener("click", () => this.nextUnsound());
    this.root.querySelector("[data-take-back]").addEventListener("click", () => window.location.reload());
  }

  plugins({ step_number: version, doubled, outline }) {
    return [
      collab({ version, clientID: this.client }),
      history({ newGroupDelay: 600 }),
      wordsOfOthers(),
      blockIds(),
      typedStructure(),
      ...textKeys(this),
      numberingPlugin(outline, () => this.references.changed()),
      othersPlugin(this.words, doubled),
      this.comments.plugin,
      dropCursor({ color: false, class: "drop-cursor" }),
      gapCursor(),
      tableEditing(),
    ];
  }

  /** Return the views of inline nodes, for the text and for footnotes. */
  inlineViews() {
    return {
      figure: (node) => new ChipView(node, this.figures, this.words),
      cross_reference: (node) => new ReferenceView(node, this.references, () => this.view, this.words),
    };
  }

  outerKeys() {
    const onText = (command) => () => command(this.view.state, this.view.dispatch, this.view);
    return {
      "Mod-z": onText(undoOwn),
      "Shift-Mod-z": onText(redoOwn),
      "Mod-y": onText(redoOwn),
      "Mod-k": () => this.act("link"),
      "Alt-Shift-g": () => this.act("figure"),
      "Alt-Shift-r": () => this.act("reference"),
      "Alt-F10": () => this.focusToolbar(),
      "Mod-/": () => this.act("keys"),
      "Mod-Alt-m": () => this.act("comment"),
    };
  }

  // --- Changes --------------------------------------------------------------------------------------------------------
  transact(tr) {
    const block = blockAt(this.view.state);
    this.view.updateState(this.view.state.apply(tr));
    if (!this.connection) return;
    if (tr.docChanged) this.connection.changed();
    if (blockAt(this.view.state) !== block) {
      window.clearTimeout(this.moving);
      this.moving = window.setTimeout(() => this.beHere(), 1500);
    }
    this.refresh();
  }

  refresh() {
    if (this.refreshing || !this.toolbar) return;
    this.refreshing = window.requestAnimationFrame(() => {
      this.refreshing = null;
      this.toolbar.refresh();
      this.about.refresh();
    });
  }

  activate(view) {
    this.active = view;
    this.refresh();
    return true;
  }

  deactivate(view) {
    if (this.active === view) this.activate(this.view);
  }

  /** Return the present wording of a figure or reference. */
  reads(node) {
    if (node.type.name === "figure") return this.figures.value(node)?.text || "…";
    const target = node.type.name === "cross_reference" && numbering.getState(this.state).targets.get(node.attrs.target);
    return target ? (node.attrs.reads === "number" ? target.number : target.full) : "";
  }

  act(name) {
    if (!this.writable) return true;
    if (name === "review-figure") this.figures.review([this.about.selected("figure").node.attrs.key]);
    else if (name === "change-figure") this.dialogues.figure.open(this.about.selected("figure"));
    else if (name === "comment") this.comments.begin();
    else this.dialogues[name]?.open();
    return true;
  }

  focusToolbar() {
    this.toolbar.focus();
    return true;
  }

  /** Open the selected figure, reference or footnote, for the Enter key. */
  enterSelected() {
    const { selection } = this.view.state;
    if (!(selection instanceof NodeSelection)) return false;
    if (selection.node.type.name === "figure") return this.act("change-figure");
    if (selection.node.type.name !== "footnote") return false;
    this.footnotes.get(this.view.nodeDOM(selection.from))?.focus();
    return true;
  }

  tooLarge(event) {
    const size = (event.clipboardData?.getData("text/html") || "").length;
    if (size <= PASTE_LIMIT) return false;
    this.raise(this.words.say("paste-refused"));
    return true;
  }

  // --- Messages -------------------------------------------------------------------------------------------------------
  show(name, ...values) {
    const text = this.words.fill(name, ...values);
    if (this.status.textContent !== text) this.status.textContent = text;
    this.status.dataset.state = name;
  }

  stands({ state, at, waits, address }) {
    const form = this.root.querySelector("[data-sign-in]");
    form.hidden = state !== "signed-out";
    if (state === "saved") this.show("saved", this.clock(at));
    else if (state === "offline") this.show(waits ? "offline" : "offline-idle");
    else if (state === "signed-out") this.show("signed-out", address);
    else this.show(state);
  }

  raise(words) {
    this.alarm.textContent = words;
    this.alarm.closest("[data-alarm-box]").hidden = false;
  }

  /** Make the text read-only, because the server accepts no more steps, and show unsaved text for copying. */
  stuck(name, { words, steps }) {
    this.writable = false;
    this.view.setProps({ editable: () => false });
    this.show(name, words || this.words.say("forbidden"));
    const unsaved = plainText(schema, steps);
    this.raise([this.words.fill(name, words || this.words.say("forbidden")), unsaved].filter(Boolean).join("\n\n"));
    this.root.querySelector("[data-take-back]").hidden = false;
    this.keep.write(null);
    this.refresh();
  }

  meet(people) {
    const present = people.filter(({ client }) => client !== this.client);
    const named = (entries) => [...new Set(entries.map(({ name }) => name))];
    const [before, now] = [named(this.people), named(present)];
    const news = now.filter((name) => !before.includes(name)).map((name) => this.words.fill("arrived", name));
    before.filter((name) => !now.includes(name)).forEach((name) => news.push(this.words.fill("left", name)));
    const changed = JSON.stringify(this.people) !== JSON.stringify(present);
    this.people = present;
    if (!changed && this.met) return;
    const line = this.root.querySelector("[data-people]");
    line.textContent = now.length ? this.words.fill("also-here", now.join(", ")) : this.words.say("alone");
    if (this.met && news.length) this.root.querySelector("[data-news]").textContent = news.join(" ");
    this.met = true;
    this.dispatch(this.state.tr.setMeta(others, { people: present }));
  }

  /** Report words whose paragraph was deleted while they were written: this writer's own, and those of others. */
  standsAlone({ own, others: theirs }) {
    const said = [own.length && [this.words.say("words-alone"), ...own], theirs.length && [this.words.say("words-stayed"), ...theirs]];
    const news = said.filter(Boolean).flat();
    if (news.length) this.raise(news.join("\n\n"));
  }

  doubled(pairs) {
    const { doubled } = others.getState(this.state);
    this.dispatch(this.state.tr.setMeta(others, { doubled: [...doubled, ...pairs] }));
  }

  beHere() {
    window.clearTimeout(this.heartbeat);
    this.connection.present(blockAt(this.state));
    this.heartbeat = window.setTimeout(() => this.beHere(), HEARTBEAT);
  }

  figuresChanged() {
    this.comments.textChanged();
    const button = this.root.querySelector("[data-unsound]");
    const count = this.figures.unsound.length;
    button.hidden = !count;
    button.textContent = count === 1 ? this.words.say("unsound-1") : this.words.fill("unsound", count);
    const drifted = this.figures.drifted.length;
    const news = this.root.querySelector("[data-drifted]");
    news.hidden = !drifted;
    news.textContent = drifted === 1 ? this.words.say("drifted-1") : this.words.fill("drifted", drifted);
    this.dialogues?.drift.refresh();
    this.refresh();
  }

  /** Scroll to the block named in the address; the translator's page links to blocks in this way. */
  goTo(id) {
    let found = null;
    if (!id) return;
    this.state.doc.descendants((node, position) => {
      if (node.attrs.id === id) found = position;
      return found === null;
    });
    if (found === null) return;
    const place = this.state.doc.resolve(found + 1);
    this.dispatch(this.state.tr.setSelection(Selection.near(place)).scrollIntoView());
    this.view.focus();
  }

  nextUnsound() {
    const places = [];
    this.state.doc.descendants((node, position) => {
      const isChip = ["figure", "exhibit"].includes(node.type.name);
      if (isChip && (this.figures.value(node)?.status ?? "ok") !== "ok") places.push(position);
      return node.type.name !== "footnote";
    });
    const next = places.find((position) => position > this.state.selection.from) ?? places[0];
    if (next === undefined) return;
    this.dispatch(this.state.tr.setSelection(NodeSelection.create(this.state.doc, next)).scrollIntoView());
    this.view.focus();
  }
}

const root = document.getElementById("editor");
if (root) new Editor(root).open();
