// Footnotes are edited in place. A selected footnote opens below its call as a small editor, whose changes are applied to
// the whole text.
import { baseKeymap } from "prosemirror-commands";
import { keymap } from "prosemirror-keymap";
import { EditorState, TextSelection } from "prosemirror-state";
import { StepMap } from "prosemirror-transform";
import { EditorView } from "prosemirror-view";
import * as commands from "./commands.js";
import { cleaned, printable } from "./paste.js";

export class FootnoteView {
  constructor(node, outer, getPos, editor) {
    Object.assign(this, { node, outer, getPos, editor });
    this.dom = document.createElement("span");
    this.dom.className = "fn";
    this.call = document.createElement("span");
    this.call.className = "fn-call";
    this.call.setAttribute("role", "img");
    this.dom.append(this.call);
    this.draw();
  }

  get number() {
    return this.dom.dataset.number || "";
  }

  draw() {
    // The numbering plugin sets the number as an attribute of this element. The label is set once the number is there.
    window.requestAnimationFrame(() => {
      this.call.setAttribute("aria-label", this.editor.words.fill("footnote", this.number));
      this.call.title = this.node.textContent;
      this.box?.setAttribute("aria-label", this.editor.words.fill("footnote", this.number));
    });
  }

  selectNode() {
    this.dom.classList.add("is-open");
    this.open();
  }

  deselectNode() {
    this.dom.classList.remove("is-open");
    this.close();
  }

  open() {
    if (this.inner) return;
    this.box = document.createElement("span");
    this.box.className = "fn-box";
    this.box.contentEditable = "false";
    this.box.setAttribute("role", "group");
    this.dom.append(this.box);
    this.inner = new EditorView(this.box, {
      state: EditorState.create({ doc: this.node, plugins: [keymap(this.keys()), keymap(baseKeymap)] }),
      nodeViews: this.editor.inlineViews(),
      attributes: () => ({
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": this.editor.words.fill("footnote-text", this.number),
        lang: this.editor.language,
        class: "fn-text",
      }),
      editable: () => this.outer.editable,
      transformPastedHTML: cleaned,
      transformPastedText: printable,
      dispatchTransaction: (tr) => this.dispatch(tr),
      handleDOMEvents: {
        focus: () => {
          this.editor.activate(this.inner);
          return false;
        },
      },
    });
    this.draw();
    // A new footnote is empty, so move the cursor into it.
    if (!this.node.content.size && this.outer.hasFocus()) this.inner.focus();
  }

  focus() {
    if (!this.inner) return;
    this.inner.dispatch(this.inner.state.tr.setSelection(TextSelection.atEnd(this.inner.state.doc)));
    this.inner.focus();
  }

  keys() {
    const back = () => {
      this.goBack();
      return true;
    };
    return {
      Escape: back,
      Enter: back,
      "Mod-b": commands.strong,
      "Mod-i": commands.emphasis,
      "Mod-.": commands.superscript,
      "Shift-Enter": commands.lineBreak,
      ...this.editor.outerKeys(),
    };
  }

  /** Return to the text, after the call. */
  goBack() {
    const { outer } = this;
    const after = this.getPos() + this.node.nodeSize;
    outer.dispatch(outer.state.tr.setSelection(TextSelection.near(outer.state.doc.resolve(after))));
    outer.focus();
  }

  dispatch(tr) {
    const { state, transactions } = this.inner.state.applyTransaction(tr);
    this.inner.updateState(state);
    this.editor.refresh();
    if (tr.getMeta("followed")) return;
    const inside = StepMap.offset(this.getPos() + 1);
    const whole = this.outer.state.tr;
    transactions.forEach(({ steps }) => steps.forEach((step) => whole.step(step.map(inside))));
    if (whole.docChanged) this.outer.dispatch(whole);
  }

  update(node) {
    if (node.type !== this.node.type) return false;
    this.node = node;
    if (this.inner) this.follow();
    this.draw();
    return true;
  }

  /** Show another person's change to this footnote. Only the difference is replaced, so that the cursor stays in place. */
  follow() {
    const mine = this.inner.state.doc.content;
    const start = this.node.content.findDiffStart(mine);
    if (start === null) return;
    let { a: theirEnd, b: myEnd } = this.node.content.findDiffEnd(mine);
    const overlap = Math.max(0, start - Math.min(theirEnd, myEnd));
    theirEnd += overlap;
    myEnd += overlap;
    this.inner.dispatch(
      this.inner.state.tr.replace(start, myEnd, this.node.slice(start, theirEnd)).setMeta("followed", true),
    );
  }

  close() {
    if (!this.inner) return;
    this.editor.deactivate(this.inner);
    this.inner.destroy();
    this.box.remove();
    this.inner = null;
    this.box = null;
  }

  stopEvent(event) {
    return Boolean(this.inner?.dom.contains(event.target));
  }

  ignoreMutation() {
    return true;
  }

  destroy() {
    this.close();
  }
}
