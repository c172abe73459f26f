// The toolbar and, below it, the actions for the selection. It is one tab stop; arrow keys move within it.
import { NodeSelection } from "prosemirror-state";
import { redoDepth, undoDepth } from "prosemirror-history";
import * as commands from "./commands.js";
import { schema } from "./schema.js";
import { redoOwn, undoOwn } from "./undo.js";

const MARKS = { strong: schema.marks.strong, emphasis: schema.marks.emphasis, superscript: schema.marks.superscript };
const COMMANDS = {
  strong: commands.strong,
  emphasis: commands.emphasis,
  superscript: commands.superscript,
  lettered: commands.lettered,
  bullets: commands.bullets,
  quotation: commands.quotation,
  deeper: commands.deeper,
  shallower: commands.shallower,
  footnote: commands.footnote,
  table: commands.table,
  moveUp: commands.moveUp,
  moveDown: commands.moveDown,
  ...Object.fromEntries(Object.entries(commands.TABLE).map(([name, command]) => [`table-${name}`, command])),
};
const POSSIBLE = {
  figure: commands.canInsertFigure,
  reference: commands.canInsertReference,
};
/** Actions that apply to the whole text even while a footnote is edited. */
const OF_THE_TEXT = new Set(["undo", "redo"]);

export class Toolbar {
  constructor(root, editor) {
    Object.assign(this, { root, editor });
    this.controls = [...root.querySelectorAll("button, select")];
    this.blocks = root.querySelector("select[data-blocks]");
    this.languages = root.querySelector("select[data-languages]");
    root.addEventListener("mousedown", (event) => event.target.closest("button") && event.preventDefault());
    root.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-command]");
      if (button && button.getAttribute("aria-disabled") !== "true") this.run(button.dataset.command);
    });
    root.addEventListener("keydown", (event) => this.onKey(event));
    this.blocks.addEventListener("change", () => this.choose(commands.BLOCKS[this.blocks.value]));
    this.languages.addEventListener("change", () => this.choose(commands.setLanguage(this.languages.value)));
    this.controls.forEach((control, index) => (control.tabIndex = index ? -1 : 0));
  }

  run(name) {
    const { editor } = this;
    if (name === "undo") undoOwn(editor.view.state, editor.view.dispatch, editor.view);
    else if (name === "redo") redoOwn(editor.view.state, editor.view.dispatch, editor.view);
    else if (COMMANDS[name]) COMMANDS[name](editor.active.state, editor.active.dispatch, editor.active);
    else {
      editor.act(name);
      return;
    }
    const isAtTools = this.root.contains(document.activeElement) || editor.about.root.contains(document.activeElement);
    if (!isAtTools) editor.active.focus();
    editor.refresh();
  }

  choose(command) {
    command?.(this.editor.active.state, this.editor.active.dispatch);
    this.editor.active.focus();
    this.editor.refresh();
  }

  onKey(event) {
    if (event.key === "Escape") {
      this.editor.active.focus();
      return;
    }
    const here = this.controls.indexOf(event.target);
    if (here < 0 || (event.target.matches("select") && !["ArrowLeft", "ArrowRight"].includes(event.key))) return;
    const last = this.controls.length - 1;
    const next = { ArrowRight: here === last ? 0 : here + 1, ArrowLeft: here ? here - 1 : last, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.goTo(this.controls[next]);
  }

  goTo(control) {
    this.controls.forEach((other) => (other.tabIndex = other === control ? 0 : -1));
    control.focus();
  }

  focus() {
    this.goTo(this.controls.find((control) => control.tabIndex === 0) || this.controls[0]);
  }

  refresh() {
    const { state } = this.editor.active;
    const whole = this.editor.view.state;
    const writable = this.editor.view.editable;
    this.root.querySelectorAll("button[data-command]").forEach((button) => {
      const name = button.dataset.command;
      const command = COMMANDS[name] || POSSIBLE[name];
      const depth = { undo: undoDepth, redo: redoDepth }[name];
      const can = writable && (OF_THE_TEXT.has(name) ? depth(whole) > 0 : !command || command(state));
      button.setAttribute("aria-disabled", String(!can));
      if (button.hasAttribute("aria-pressed")) button.setAttribute("aria-pressed", String(this.isOn(name, state)));
    });
    this.blocks.value = commands.blockKind(state);
    this.blocks.disabled = !writable || this.editor.active !== this.editor.view;
    const language = state.selection.empty && schema.marks.language.isInSet(state.selection.$from.marks());
    this.languages.value = language ? language.attrs.lang : "";
    this.languages.disabled = !writable || state.selection.empty;
  }

  isOn(name, state) {
    if (MARKS[name]) return commands.isMarked(state, MARKS[name]);
    if (name === "link") return commands.isMarked(state, schema.marks.link);
    if (name === "quotation") return Boolean(commands.quotationAround(state));
    const list = commands.listAround(state)?.node.type;
    return (name === "lettered" && list === schema.nodes.lettered_list) || (name === "bullets" && list === schema.nodes.bullet_list);
  }
}

/** The row of actions for the selection. One `[data-about]` element of the template is shown at a time. */
export class About {
  constructor(root, editor) {
    Object.assign(this, { root, editor });
    this.panels = new Map([...root.querySelectorAll("[data-about]")].map((panel) => [panel.dataset.about, panel]));
    root.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-command]");
      if (button) editor.toolbar.run(button.dataset.command);
    });
    root.addEventListener("mousedown", (event) => event.target.closest("button") && event.preventDefault());
    root.addEventListener("keydown", (event) => event.key === "Escape" && editor.active.focus());
    this.field("table", "title", () => commands.tableAround(editor.view.state));
    this.field("quotation", "attribution", () => commands.quotationAround(editor.view.state));
    this.field("exhibit", "shows", () => this.selected("exhibit"));
    this.field("reference", "reads", () => this.selected("cross_reference"));
  }

  /** Connect a field to one attribute of the node around the cursor. */
  field(panel, attribute, find) {
    const input = this.panels.get(panel).querySelector(`[name=${attribute}]`);
    input.addEventListener("change", () => {
      const found = find();
      if (found) commands.setAttribute(found.position, attribute, input.value)(this.stateOf(found), this.dispatchOf(found));
    });
  }

  stateOf(found) {
    return (found.view || this.editor.view).state;
  }

  dispatchOf(found) {
    return (found.view || this.editor.view).dispatch;
  }

  selected(type) {
    const view = this.editor.active;
    const { selection } = view.state;
    return selection instanceof NodeSelection && selection.node.type.name === type
      ? { node: selection.node, position: selection.from, view }
      : null;
  }

  refresh() {
    const { state } = this.editor.view;
    const figure = this.selected("figure");
    const reference = this.selected("cross_reference");
    const exhibit = this.selected("exhibit");
    const table = commands.tableAround(state);
    const quotation = commands.quotationAround(state);
    const shown = (figure && "figure") || (reference && "reference") || (exhibit && "exhibit") || (table && "table") || (quotation && "quotation");
    const left = [...this.panels].some(([name, panel]) => name !== shown && panel.contains(document.activeElement));
    if (left) this.editor.active.focus();
    this.panels.forEach((panel, name) => (panel.hidden = name !== shown));
    this.root.querySelector("[data-hint]").hidden = Boolean(shown);
    this.root.classList.toggle("is-shown", Boolean(shown));
    if (shown === "figure") this.describe(figure.node);
    if (shown === "table") this.root.querySelectorAll("[data-command^=table-]").forEach((button) => {
      const can = this.editor.view.editable && COMMANDS[button.dataset.command](state);
      button.setAttribute("aria-disabled", String(!can));
    });
    const values = { table: [table, "title"], quotation: [quotation, "attribution"], exhibit: [exhibit, "shows"], reference: [reference, "reads"] }[shown];
    if (values) {
      const input = this.panels.get(shown).querySelector(`[name=${values[1]}]`);
      if (document.activeElement !== input) input.value = values[0].node.attrs[values[1]];
    }
  }

  describe(node) {
    const panel = this.panels.get("figure");
    const { words, figures } = this.editor;
    const value = figures.value(node);
    const set = (name, text) => (panel.querySelector(`[data-show=${name}]`).textContent = text);
    set("text", value?.text || "…");
    set("label", value?.problem || value?.label || "");
    set("drift", value?.drift || "");
    panel.querySelector("[data-command=review-figure]").hidden = !value?.drift;
    set("key", node.attrs.key);
    set("at", value?.at ? words.fill("computed", this.editor.clock(new Date(value.at))) : "");
    const source = panel.querySelector("[data-show=source]");
    source.textContent = value?.source ? words.fill("source", value.source) : "";
    const link = panel.querySelector("[data-show=link]");
    link.hidden = !value?.source_url;
    if (value?.source_url) link.href = value.source_url;
    panel.classList.toggle("is-unsound", Boolean(value && value.status !== "ok"));
  }
}
