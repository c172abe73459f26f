// A new block gets its permanent id at once, in the window where it was created. Ids that are duplicated because two people
// work at the same time are replaced by the server.
import { Plugin } from "prosemirror-state";
import { WITH_ID } from "./schema.js";

const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

export function newId() {
  const numbers = window.crypto.getRandomValues(new Uint8Array(11));
  return `b${[...numbers].map((number) => ALPHABET[number % ALPHABET.length]).join("")}`;
}

export function blockIds() {
  return new Plugin({
    appendTransaction(transactions, before, after) {
      const fromOthers = (tr) => tr.getMeta("rebased") !== undefined;
      if (!transactions.some((tr) => tr.docChanged) || transactions.some(fromOthers)) return null;
      const tr = after.tr;
      const holders = new Map();
      after.doc.descendants((node, position) => {
        if (!WITH_ID.has(node.type.name)) return;
        const { id } = node.attrs;
        const holder = id && holders.get(id);
        if (id && !holder) {
          holders.set(id, { node, position });
        } else if (holder && !holder.node.content.size && node.content.size) {
          // After Enter at the beginning of a paragraph, the words keep the id, so that references stay valid.
          tr.setNodeAttribute(holder.position, "id", newId());
          holders.set(id, { node, position });
        } else {
          tr.setNodeAttribute(position, "id", newId());
        }
      });
      return tr.docChanged ? tr : null;
    },
  });
}
