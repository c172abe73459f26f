// Moves and other writers. A move is a deletion and an insertion; whoever writes into the block at that moment would see
// their letters go with the deletion. Here they go where the block went, at once or when it is put in again.
import { Fragment, Slice } from "prosemirror-model";
import { Plugin } from "prosemirror-state";
import { ReplaceAroundStep, ReplaceStep, StepResult } from "prosemirror-transform";
import { WITH_ID } from "./schema.js";

// The library throws where a moved-over step no longer fits the schema; it must fail like any other step.
[ReplaceStep, ReplaceAroundStep].forEach(({ prototype }) => {
  const { apply } = prototype;
  prototype.apply = function applied(doc) {
    try {
      return apply.call(this, doc);
    } catch (error) {
      if (error instanceof RangeError) return StepResult.fail(error.message);
      throw error;
    }
  };
});

/** id → { node, position } of the blocks with words of their own, the first holder of an id. */
function textblocks(doc) {
  const found = new Map();
  doc.descendants((node, position) => {
    if (!node.isTextblock) return true;
    if (WITH_ID.has(node.type.name) && !found.has(node.attrs.id)) found.set(node.attrs.id, { node, position });
    return false;
  });
  return found;
}

/** Where two contents differ: from `start` on, up to `oldEnd` of the one and `newEnd` of the other; null if they do not. */
export function difference(one, other) {
  const start = one.findDiffStart(other);
  if (start === null) return null;
  const { a, b } = one.findDiffEnd(other);
  const overlap = Math.max(0, start - Math.min(a, b));
  return { start, oldEnd: a + overlap, newEnd: b + overlap };
}

export class Following {
  constructor() {
    this.orphans = new Map();
  }

  /** Before steps of others are taken in: the blocks in which this window has unsent changes. */
  look(base, local) {
    const known = textblocks(base);
    this.changed = [];
    let last = null;
    textblocks(local).forEach(({ node, position }, id) => {
      if (known.has(id)) this.changed.push((last = { id, position, was: known.get(id).node.content, words: node.content }));
      // A block that this window has parted from the one before it: should that be moved away, its words stay with it.
      else if (last) last.words = last.words.append(node.content);
    });
    this.changed = this.changed.filter(({ was, words }) => was !== words && !was.eq(words));
  }

  /** After: the transaction that writes again what stood in a block that was moved away; null if there is none. */
  writeAgain(state, mapping) {
    this.changed
      .filter(({ position }) => mapping.mapResult(position + 1).deleted)
      .forEach(({ id, was, words }) => this.orphans.set(id, { was, words }));
    this.changed = [];
    if (!this.orphans.size) return null;
    const tr = state.tr;
    const here = textblocks(state.doc);
    [...this.orphans.keys()].filter((id) => here.has(id)).forEach((id) => {
      const { was, words } = this.orphans.get(id);
      this.orphans.delete(id);
      const found = difference(was, words);
      if (!found || found.newEnd <= found.start) return;
      const { node, position } = here.get(id);
      const inside = tr.mapping.map(position) + 1;
      const same = node.content.eq(was);
      const from = inside + (same ? found.start : Math.min(found.start, node.content.size));
      const again = new Slice(words.cut(found.start, found.newEnd), 0, 0);
      tr.maybeStep(new ReplaceStep(from, same ? inside + found.oldEnd : from, again));
    });
    return tr.docChanged ? tr : null;
  }
}

/** Blocks that were cut here, as their writer saw them, and as they stood when the server took them away. */
export class Cuts {
  constructor() {
    this.blocks = new Map();
  }

  plugin() {
    return new Plugin({
      appendTransaction: (transactions, before, after) => {
        const own = transactions.some((tr) => tr.docChanged && tr.getMeta("rebased") === undefined);
        if (own && before.doc.childCount > after.doc.childCount) this.remember(before.doc, after.doc);
        return null;
      },
      props: { transformPasted: (slice) => this.restored(slice) },
    });
  }

  remember(before, after) {
    const here = new Set();
    after.forEach((node) => here.add(node.attrs.id));
    before.forEach((node) => {
      if (!here.has(node.attrs.id)) this.blocks.set(node.attrs.id, { seen: node, now: node });
    });
  }

  /** This window's unsent steps were done again, from the step with this index on: a cut then takes more with it. */
  compare(transaction, first) {
    if (!this.blocks.size) return;
    for (let index = first; index < transaction.steps.length; index += 1) {
      const here = new Set();
      (transaction.docs[index + 1] || transaction.doc).forEach((node) => here.add(node.attrs.id));
      transaction.docs[index].forEach((node) => {
        const cut = this.blocks.get(node.attrs.id);
        if (cut && !here.has(node.attrs.id)) cut.now = node;
      });
    }
  }

  restored(slice) {
    if (slice.openStart || slice.openEnd || !this.blocks.size) return slice;
    const nodes = [];
    slice.content.forEach((node) => {
      const cut = this.blocks.get(node.attrs.id);
      nodes.push(cut && cut.seen.content.eq(node.content) ? node.copy(cut.now.content) : node);
    });
    return new Slice(Fragment.from(nodes), 0, 0);
  }
}
