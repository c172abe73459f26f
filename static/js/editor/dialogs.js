// Dialogues for figures, references and links: plain forms in <dialog>, filled from the server or from the text.
import { get } from "./asking.js";
import * as commands from "./commands.js";
import { numbering } from "./numbering.js";
import { isAllowedLink, isKey } from "./schema.js";

function element(tag, attributes = {}, ...children) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.append(...children);
  return made;
}

/** Return the text for searching: lower case, without accents. */
const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

const span = (className, text) => element("span", { className, textContent: text });

class Dialogue {
  constructor(dialog, editor) {
    Object.assign(this, { dialog, editor });
    this.form = dialog.querySelector("form");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (event.submitter?.value !== "cancel" && this.done() === false) return;
      this.close();
    });
    dialog.addEventListener("close", () => this.target?.focus());
    dialog.addEventListener("cancel", () => (this.target ??= this.editor.active));
  }

  open() {
    this.target = this.editor.active;
    this.dialog.showModal();
  }

  close() {
    this.dialog.close();
  }

  run(command) {
    return command(this.target.state, this.target.dispatch, this.target);
  }
}

/** A dialogue with a search field over a list of radio buttons. */
class Picker extends Dialogue {
  constructor(dialog, editor) {
    super(dialog, editor);
    this.search = dialog.querySelector("input[type=search]");
    this.list = dialog.querySelector("[data-list]");
    this.search.addEventListener("input", () => this.filter());
    this.search.addEventListener("keydown", (event) => {
      if (!["ArrowDown", "Enter"].includes(event.key)) return;
      event.preventDefault();
      this.takeFirst();
    });
    this.list.addEventListener("change", () => this.chosen());
  }

  /** Move from the search to the list. The first entry is selected, and Enter inserts it. */
  takeFirst() {
    const wanted = folded(this.search.value).trim();
    const lines = [...this.list.querySelectorAll("section:not([hidden]) li:not([hidden])")];
    const isCalledSo = (line) => folded(line.querySelector(".pick-label").textContent).includes(wanted);
    const line = lines.find((each) => each.querySelector("input:checked")) || lines.find(isCalledSo) || lines[0];
    const first = line?.querySelector("input");
    first?.focus();
    if (!first || first.checked) return;
    first.checked = true;
    this.chosen();
  }

  get value() {
    return this.list.querySelector("input:checked")?.value || "";
  }

  entry(value, label, shown, status = "ok") {
    const radio = element("input", { type: "radio", name: "entry", value, className: "form-check-input" });
    const line = element("li", {}, element("label", {}, radio, span("pick-label", label), span(`pick-value is-${status}`, shown)));
    line.dataset.words = folded(`${label} ${shown} ${value}`);
    return line;
  }

  filter() {
    const wanted = folded(this.search.value).split(/\s+/).filter(Boolean);
    this.list.querySelectorAll("section").forEach((section) => {
      const heading = folded(section.querySelector("h3").textContent);
      const lines = [...section.querySelectorAll("li")];
      lines.forEach((line) => (line.hidden = !wanted.every((word) => `${heading} ${line.dataset.words}`.includes(word))));
      section.hidden = lines.every((line) => line.hidden);
    });
    this.dialog.querySelector("[data-none]").hidden = Boolean(this.list.querySelector("li:not([hidden])"));
  }

  section(title, lines) {
    return element("section", {}, element("h3", { textContent: title }), element("ul", {}, ...lines));
  }

  chosen() {}
}

export class FigureDialogue extends Picker {
  constructor(dialog, editor) {
    super(dialog, editor);
    this.ways = dialog.querySelector("[data-ways]");
    this.wayList = dialog.querySelector("[data-way-list]");
    this.capital = dialog.querySelector("[name=capital]");
    this.gender = dialog.querySelector("[name=gender]");
    this.submit = dialog.querySelector("[data-submit]");
    this.app = dialog.querySelector("[name=app]");
    this.more = dialog.querySelector("[data-more]");
    this.count = dialog.querySelector("[data-count]");
    this.app.addEventListener("change", () => this.look());
    this.more.addEventListener("click", () => this.look(this.next));
    [this.capital, this.gender].forEach((field) => field.addEventListener("change", () => this.showWays()));
  }

  /** Open the dialogue. With `change`, change the selected figure; otherwise insert one. */
  async open(change = null) {
    this.change = change;
    this.search.value = "";
    this.app.value = "";
    this.list.replaceChildren();
    this.ways.hidden = true;
    this.submit.disabled = true;
    this.submit.textContent = change ? this.submit.dataset.change : this.submit.dataset.insert;
    this.capital.checked = change?.node.attrs.capital || false;
    this.gender.value = change?.node.attrs.gender || "m";
    this.gender.closest("label").hidden = this.editor.language === "en";
    super.open();
    this.search.focus();
    await this.look();
    if (change) this.preselect(change.node.attrs.key);
  }

  /** Search on the server, which knows the values. Text typed in the meantime starts a new search. */
  filter() {
    window.clearTimeout(this.typing);
    this.typing = window.setTimeout(() => this.look(), 200);
  }

  async look(start = 0) {
    const words = this.search.value.trim();
    const query = new URLSearchParams({ q: words, app: this.app.value, start, exhibits: this.change ? "no" : "yes" });
    this.asked = query.toString();
    const { status, data } = await get(`${this.editor.addresses.figureList}?${query}`);
    if (this.asked !== query.toString()) return;
    const groups = (data.groups || []).map((group) => this.group(group));
    const key = this.value;
    if (start) this.list.append(...groups);
    else this.list.replaceChildren(...groups);
    if (!start) this.keepChosen(key);
    this.offerOwn(words);
    this.offerApps(data.apps || []);
    this.next = data.more;
    this.more.hidden = !data.more;
    this.count.textContent = status === 200 ? this.editor.words.fill("found", data.found) : this.editor.words.say("offline-idle");
    this.dialog.querySelector("[data-none]").hidden = Boolean(this.list.querySelector("li"));
  }

  offerApps(apps) {
    if (this.app.options.length > 1) return;
    apps.forEach((app) => this.app.append(new Option(app, app)));
  }

  keepChosen(key) {
    const radio = key && this.list.querySelector(`input[value="${CSS.escape(key)}"]`);
    if (radio) radio.checked = true;
    else if (key) this.chosen();
  }

  offerOwn(key) {
    if (!isKey(key) || this.list.querySelector(`input[value="${CSS.escape(key)}"]`)) return;
    this.list.append(this.section(key, [this.entry(key, this.editor.words.fill("own-key", key), "")]));
  }

  group({ app, label, figures, exhibits }) {
    const lines = figures.map((figure) => this.entry(figure.key, figure.label, figure.text, figure.status));
    if (!this.change) {
      exhibits.forEach((exhibit) => {
        const line = this.entry(exhibit.key, this.editor.words.fill("exhibit", exhibit.label), "");
        line.querySelector("input").dataset.exhibit = "";
        lines.push(line);
      });
    }
    return this.section(`${app} · ${label}`, lines);
  }

  preselect(key) {
    let radio = this.list.querySelector(`input[value="${CSS.escape(key)}"]`);
    if (!radio) {
      this.list.prepend(this.section(key, [this.entry(key, this.editor.words.fill("own-key", key), "")]));
      radio = this.list.querySelector("input");
    }
    radio.checked = true;
    radio.scrollIntoView({ block: "nearest" });
    this.chosen();
  }

  get isExhibit() {
    return "exhibit" in (this.list.querySelector("input:checked")?.dataset || {});
  }

  chosen() {
    this.submit.disabled = !this.value;
    this.way = this.change && this.value === this.change.node.attrs.key ? this.change.node.attrs.reads : "auto";
    this.showWays();
  }

  get attrs() {
    return {
      key: this.value,
      reads: this.wayList.querySelector("input:checked")?.value || this.way || "auto",
      capital: this.capital.checked,
      gender: this.gender.value,
    };
  }

  async showWays() {
    this.ways.hidden = !this.value || this.isExhibit;
    if (this.ways.hidden) return;
    const chosen = this.wayList.querySelector("input:checked")?.value;
    const { key, capital, gender } = this.attrs;
    const shown = await this.editor.figures.ways({ key, capital, gender });
    if (!shown || key !== this.value) return;
    const ways = shown.ways.length ? shown.ways : [{ reads: "auto", label: shown.text, rule: shown.problem, text: "", status: shown.status }];
    const wanted = ways.some(({ reads }) => reads === (chosen || this.way)) ? chosen || this.way : "auto";
    this.wayList.replaceChildren(
      ...ways.map(({ reads, label, rule, text, status }) => {
        const radio = element("input", { type: "radio", name: "way", value: reads, checked: reads === wanted, className: "form-check-input" });
        return element("li", {}, element("label", {}, radio, span("pick-label", label), span(`pick-value is-${status}`, text)), element("p", { className: "pick-rule", textContent: rule }));
      }),
    );
  }

  done() {
    if (!this.value) return false;
    if (this.isExhibit) return this.run(commands.insertExhibit({ key: this.value }));
    this.editor.figures.review([this.value], { onlyNew: true });
    if (!this.change) return this.run(commands.insertFigure(this.attrs));
    const { position } = this.change;
    const { attrs } = this;
    return this.run((state, dispatch) => {
      const node = state.doc.nodeAt(position);
      if (node?.type.name !== "figure") return false;
      const tr = state.tr;
      Object.keys(attrs).forEach((name) => node.attrs[name] !== attrs[name] && tr.setNodeAttribute(position, name, attrs[name]));
      dispatch(tr);
      return true;
    });
  }

  close() {
    super.close();
    this.wayList.replaceChildren();
  }
}

export class ReferenceDialogue extends Picker {
  open() {
    const { numbers } = numbering.getState(this.editor.view.state);
    const read = (node) => this.editor.reads(node);
    const here = numbers.filter(({ type }) => type !== "footnote").map(({ id, full, excerpt }) => this.entry(id, full, excerpt(read)));
    const elsewhere = this.editor.outline.targets.map(({ target, full, excerpt }) => this.entry(target, full, excerpt));
    this.search.value = "";
    this.list.replaceChildren(
      this.section(this.list.dataset.here, here),
      ...(elsewhere.length ? [this.section(this.list.dataset.elsewhere, elsewhere)] : []),
    );
    super.open();
    this.filter();
    this.search.focus();
  }

  done() {
    const reads = this.form.querySelector("[name=reads]").value;
    return this.value ? this.run(commands.insertReference({ target: this.value, reads })) : false;
  }
}

export class LinkDialogue extends Dialogue {
  constructor(dialog, editor) {
    super(dialog, editor);
    this.input = dialog.querySelector("[name=href]");
    this.error = dialog.querySelector("[data-error]");
    this.remove = dialog.querySelector("[data-remove]");
    this.remove.addEventListener("click", () => {
      this.run(commands.setLink(""));
      this.close();
    });
  }

  open() {
    const { state } = this.editor.active;
    const range = commands.linkRange(state.selection.$from);
    this.input.value = range?.href || "";
    this.remove.hidden = !range;
    this.say("");
    super.open();
    this.input.focus();
  }

  say(words) {
    this.error.textContent = words;
    this.error.hidden = !words;
    this.input.setAttribute("aria-invalid", String(Boolean(words)));
  }

  done() {
    const href = this.input.value.trim();
    if (!isAllowedLink(href)) {
      this.say(this.editor.words.say("link-wrong"));
      this.input.focus();
      return false;
    }
    return this.run(commands.setLink(href));
  }
}

/** The list of figures that have changed since their review, to be marked as reviewed one by one or all at once. */
export class DriftDialogue extends Dialogue {
  constructor(dialog, editor) {
    super(dialog, editor);
    this.list = dialog.querySelector("[data-list]");
  }

  open() {
    super.open();
    this.refresh();
  }

  refresh() {
    if (!this.dialog.open) return;
    const { figures, words } = this.editor;
    const lines = figures.drifted.map(({ key, label, drift, source }) => {
      const button = element("button", { type: "button", className: "btn btn-sm btn-outline-secondary", textContent: words.say("mark-reviewed") });
      button.setAttribute("aria-label", `${words.say("mark-reviewed")}: ${label}`);
      button.addEventListener("click", () => figures.review([key]));
      return element("li", {}, element("p", {}, element("b", { textContent: label }), ` ${drift} `, span("text-muted", source)), button);
    });
    this.list.replaceChildren(...lines);
    if (!lines.length) this.close();
  }

  done() {
    this.editor.figures.review(this.editor.figures.drifted.map(({ key }) => key));
  }
}

export class KeysDialogue extends Dialogue {}
