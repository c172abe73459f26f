// Cross-references show the present number of their target, which changes when blocks are moved.
import { numbering } from "./numbering.js";

export class References {
  constructor() {
    this.views = new Set();
  }

  changed() {
    this.views.forEach((view) => view.draw());
  }
}

export class ReferenceView {
  /** `text` returns the view of the whole text, whose numbers are also used inside footnotes. */
  constructor(node, references, text, words) {
    Object.assign(this, { node, references, text, words });
    this.dom = document.createElement("span");
    references.views.add(this);
    this.draw();
  }

  draw() {
    const view = this.text();
    const found = view && numbering.getState(view.state)?.targets.get(this.node.attrs.target);
    const shown = found && (this.node.attrs.reads === "number" ? found.number : found.full);
    this.dom.className = shown || !view ? "reference" : "reference reference-lost";
    this.dom.textContent = shown || (view ? `[${this.words.say("reference-lost")}]` : "…");
    this.dom.setAttribute("role", "img");
    this.dom.setAttribute("aria-label", this.words.fill("reference", this.dom.textContent));
  }

  update(node) {
    if (node.type !== this.node.type) return false;
    this.node = node;
    this.draw();
    return true;
  }

  ignoreMutation() {
    return true;
  }

  destroy() {
    this.references.views.delete(this);
  }
}
