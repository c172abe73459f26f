// Texts of the portal's schema in few words, and two windows that write one text at the same moment.
import { collab, getVersion, sendableSteps } from "prosemirror-collab";
import { EditorState } from "prosemirror-state";
import { mend, received } from "../../static/js/editor/receiving.js";
import { schema } from "../../static/js/editor/schema.js";

export const OUTLINE = {
  words: { section: "section {}", paragraph: "paragraph {}", item: "({})", footnote: "footnote {}" },
  annex: "",
  footnotes_before: 0,
  footnotes_in_letters: false,
  targets: [],
};

export const node = (type, attrs, ...content) => schema.nodes[type].create(attrs, content);
export const words = (text) => schema.text(text);
export const paragraph = (id, text, attrs) => node("paragraph", { id, ...attrs }, ...(text ? [words(text)] : []));
export const text = (...blocks) => schema.topNodeType.create(null, blocks);
export const lines = (doc) => doc.content.content.map((block) => block.textContent);

export class Writer {
  constructor(client, doc) {
    this.client = client;
    this.state = EditorState.create({ doc, plugins: [collab({ version: 0, clientID: client })] });
  }

  /** Makes a change: `change(transaction)`. */
  does(change) {
    this.state = this.state.apply(change(this.state.tr));
    return this;
  }

  /** Its steps as the server would pass them on. */
  sent() {
    const steps = sendableSteps(this.state)?.steps ?? [];
    return steps.map((step) => ({ step: step.toJSON(), client: this.client }));
  }

  receives(entries) {
    const { transaction, mending } = received(this.state, entries, this.client);
    this.state = this.state.apply(transaction);
    if (mending) {
      mend(
        () => this.state,
        transaction,
        mending,
        (tr) => {
          this.state = this.state.apply(tr);
        },
      );
    }
    return this;
  }

  get version() {
    return getVersion(this.state);
  }
}
