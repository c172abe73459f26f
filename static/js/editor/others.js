// Other people: who has the text open and in which block, and blocks that are duplicated because two people moved them at once.
import { Plugin, PluginKey } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";

export const others = new PluginKey("others");
const BLOCKS = new Set(["paragraph", "heading", "list_item", "quotation", "table", "exhibit"]);

/** Return the permanent id of the block with the cursor. */
export function blockAt(state) {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    const { id } = $from.node(depth).attrs;
    if (id) return id;
  }
  return state.selection.node?.attrs.id || "";
}

function marker(name) {
  return () => {
    const element = document.createElement("span");
    element.className = "other-writer";
    element.contentEditable = "false";
    element.textContent = name;
    return element;
  };
}

function note(words) {
  return () => Object.assign(document.createElement("span"), { className: "doubled-note", textContent: words });
}

function drawn(doc, { people, doubled }, words) {
  const at = new Map();
  people.forEach(({ block, name }) => block && at.set(block, [...(at.get(block) || []), name]));
  const blocks = new Map();
  if (at.size || doubled.length) {
    doc.descendants((node, position) => {
      if (BLOCKS.has(node.type.name)) blocks.set(node.attrs.id, { node, position });
    });
  }
  const decorations = [];
  at.forEach((names, id) => {
    const found = blocks.get(id);
    if (!found) return;
    const { node, position } = found;
    decorations.push(Decoration.node(position, position + node.nodeSize, { class: "has-other" }));
    const inside = node.isTextblock ? position + 1 : position;
    const key = `other ${id} ${names.join()}`;
    decorations.push(Decoration.widget(inside, marker(names.join(", ")), { key, side: -1, ignoreSelection: true }));
  });
  doubled.forEach(([first, second]) => {
    const [one, two] = [blocks.get(first), blocks.get(second)];
    if (!one || !two || one.node.textContent !== two.node.textContent) return;
    [one, two].forEach(({ node, position }) => {
      decorations.push(Decoration.node(position, position + node.nodeSize, { class: "is-doubled" }));
      const inside = node.isTextblock ? position + node.nodeSize - 1 : position;
      decorations.push(Decoration.widget(inside, note(words.say("doubled")), { key: `doubled ${node.attrs.id}`, side: 1 }));
    });
  });
  return DecorationSet.create(doc, decorations);
}

export function othersPlugin(words, doubled) {
  return new Plugin({
    key: others,
    state: {
      init: (config, state) => {
        const value = { people: [], doubled };
        return { ...value, set: drawn(state.doc, value, words) };
      },
      apply(tr, value, before, after) {
        const news = tr.getMeta(others);
        if (!news && !tr.docChanged) return value;
        if (!news && !value.doubled.length) return { ...value, set: value.set.map(tr.mapping, tr.doc) };
        const now = { ...value, ...news };
        return { ...now, set: drawn(after.doc, now, words) };
      },
    },
    props: { decorations: (state) => others.getState(state).set },
  });
}
