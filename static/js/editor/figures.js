// Cited figures (chips) and exhibits: their present wording is requested for all of them at once, and again and again
// while the page is visible.
import { post } from "./asking.js";

const AGAIN = 10 * 1000;
const GATHER = 30;

const chipOf = ({ attrs, type }) =>
  type.name === "exhibit" ? { exhibit: true, key: attrs.key } : { key: attrs.key, reads: attrs.reads, capital: attrs.capital, gender: attrs.gender };

export class Figures {
  constructor({ address, reviewed, changed }) {
    this.address = address;
    this.reviewedAddress = reviewed;
    this.changed = changed;
    this.known = new Map();
    this.views = new Set();
    this.timer = null;
    window.setInterval(() => !document.hidden && this.ask(true), AGAIN);
    window.addEventListener("focus", () => this.ask(true));
  }

  enter(view) {
    this.views.add(view);
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.ask(false), GATHER);
  }

  leave(view) {
    this.views.delete(view);
    this.changed();
  }

  value(node) {
    return this.known.get(JSON.stringify(chipOf(node)));
  }

  /** Return the figures that have changed since their review: [{ key, label, drift }], one entry for each key. */
  get drifted() {
    const found = new Map();
    this.views.forEach(({ node }) => {
      const value = this.value(node);
      if (value?.drift && !found.has(node.attrs.key)) found.set(node.attrs.key, { key: node.attrs.key, ...value });
    });
    return [...found.values()];
  }

  /** Mark these figures as reviewed. `onlyNew` leaves earlier reviews unchanged; it is used when a figure is inserted. */
  async review(keys, { onlyNew = false } = {}) {
    const { status } = await post(this.reviewedAddress, { keys, only_new: onlyNew });
    if (status === 200) await this.ask(true);
    return status === 200;
  }

  get unsound() {
    return [...this.views].filter(({ node }) => (this.value(node)?.status ?? "ok") !== "ok");
  }

  /** Request the wording of all figures on the page, or only of those that are not known yet. */
  async ask(all) {
    const names = [...new Set([...this.views].map(({ node }) => JSON.stringify(chipOf(node))))];
    const asked = all ? names : names.filter((name) => !this.known.has(name));
    for (let from = 0; from < asked.length; from += 500) {
      const part = asked.slice(from, from + 500);
      const { status, data } = await post(this.address, { chips: part.map((name) => JSON.parse(name)) });
      if (status !== 200) return;
      part.forEach((name, index) => this.known.set(name, { ...data.chips[index], at: data.at }));
    }
    this.views.forEach((view) => view.draw());
    this.changed();
  }

  /** Return every wording that suits a figure. */
  async ways(chip) {
    const { status, data } = await post(this.address, { chips: [{ ...chip, ways: true }] });
    return status === 200 ? data.chips[0] : null;
  }
}

export class ChipView {
  constructor(node, figures, words) {
    Object.assign(this, { node, figures, words });
    this.dom = document.createElement("span");
    this.draw();
    figures.enter(this);
  }

  draw() {
    const shown = this.figures.value(this.node);
    const { key } = this.node.attrs;
    const status = shown?.status || "asked";
    this.dom.className = `chip chip-${status}${shown?.drift ? " chip-drifted" : ""}`;
    this.dom.dataset.key = key;
    this.dom.textContent = shown ? shown.text : "…";
    this.dom.title = shown
      ? [shown.drift, shown.problem || shown.label, shown.source && this.words.fill("source", shown.source), key].filter(Boolean).join("\n")
      : key;
    this.dom.setAttribute("role", "img");
    this.dom.setAttribute(
      "aria-label",
      shown
        ? this.words.fill("figure", shown.text, [shown.problem || shown.label, shown.drift].filter(Boolean).join(". "))
        : this.words.fill("figure-unread", key),
    );
  }

  update(node) {
    if (node.type !== this.node.type) return false;
    const same = JSON.stringify(node.attrs) === JSON.stringify(this.node.attrs);
    this.node = node;
    if (!same) {
      this.draw();
      this.figures.enter(this);
    }
    return true;
  }

  ignoreMutation() {
    return true;
  }

  destroy() {
    this.figures.leave(this);
  }
}

export class ExhibitView {
  constructor(node, figures, words) {
    Object.assign(this, { node, figures, words });
    this.dom = document.createElement("figure");
    this.dom.contentEditable = "false";
    this.draw();
    figures.enter(this);
  }

  draw() {
    const shown = this.figures.value(this.node);
    const { key, shows, id } = this.node.attrs;
    this.dom.className = `exhibit exhibit-${shown?.status || "asked"}`;
    this.dom.dataset.id = id;
    this.dom.setAttribute("aria-label", this.words.fill("exhibit", shown?.title || key));
    const title = document.createElement("figcaption");
    title.textContent = shown?.title || key;
    const parts = [title];
    if (shown?.svg && shows !== "table") parts.push(picture(shown.svg));
    if (shown?.rows.length && (shows !== "chart" || !shown.svg)) parts.push(tableOf(shown));
    if (shown?.source) parts.push(line(this.words.fill("source", shown.source)));
    this.dom.replaceChildren(...parts);
  }

  update(node) {
    if (node.type !== this.node.type) return false;
    const other = node.attrs.key !== this.node.attrs.key;
    this.node = node;
    this.draw();
    if (other) this.figures.enter(this);
    return true;
  }

  stopEvent() {
    return false;
  }

  ignoreMutation() {
    return true;
  }

  destroy() {
    this.figures.leave(this);
  }
}

function picture(svg) {
  const parsed = new DOMParser().parseFromString(svg, "text/html").querySelector("svg");
  const holder = document.createElement("div");
  if (parsed) holder.append(document.importNode(parsed, true));
  return holder;
}

function tableOf({ header, rows }) {
  const table = document.createElement("table");
  const row = (cells, tag) => {
    const line = document.createElement("tr");
    cells.forEach((cell) => line.append(Object.assign(document.createElement(tag), { textContent: cell })));
    return line;
  };
  table.append(row(header, "th"), ...rows.map((cells) => row(cells, "td")));
  return table;
}

function line(text) {
  return Object.assign(document.createElement("p"), { className: "exhibit-source", textContent: text });
}
