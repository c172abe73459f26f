// Restores text that was lost by rebasing. When a window rebases its unsent steps on those of others, the position of a step
// may no longer exist, or a deletion may cover text that was inserted later and that nobody wanted to delete. Every letter is
// therefore tracked through both lists of steps, also when its block is moved. Letters that should exist but do not are
// inserted again next to their former neighbours or, if none of these is left, in a new block.
// tests/documents/editing/placing.py is the same in Python, for the model test.
import { Fragment, Slice } from "prosemirror-model";
import { TextSelection } from "prosemirror-state";
import { ReplaceAroundStep, ReplaceStep, StepResult, Transform } from "prosemirror-transform";
import { schema } from "./schema.js";

const NOTHING = -1;

// The library throws an exception if a rebased step no longer fits the schema. Make it fail like other steps instead.
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

/** Return [[start, end]] for each run of chosen letters, as positions in the content of a block or footnote. */
function runs(node, position, ids, chosen) {
  const found = [];
  let offset = 0;
  node.content.forEach((child) => {
    const size = child.isText ? 1 : child.nodeSize;
    for (const end = offset + child.nodeSize; offset < end; offset += size) {
      if (!chosen(ids[position + 1 + offset])) continue;
      const last = found[found.length - 1];
      if (last && last[1] === offset) last[1] += size;
      else found.push([offset, offset + size]);
    }
  });
  return found;
}

function spliced(ids, from, to, piece) {
  const made = new Int32Array(ids.length - (to - from) + piece.length);
  made.set(ids.subarray(0, from));
  made.set(piece, from);
  made.set(ids.subarray(to), from + piece.length);
  return made;
}

/** A number for every position of a text, so that each letter can be tracked through steps. */
class Followed {
  constructor(ids, numbers) {
    Object.assign(this, { ids, numbers, removed: new Map() });
  }

  /** Update the numbers for a step, and return the numbers of inserted letters, one array for each range. */
  through(step, before, after, given) {
    const ranges = [];
    step.getMap().forEach((start, end, newStart, newEnd) => ranges.push({ start, end, newStart, newEnd }));
    ranges.forEach(({ start, end }) => this.note(before, start, end));
    const brought = ranges.map(({ newStart, newEnd }, index) =>
      given?.[index]?.length === newEnd - newStart ? given[index] : this.known(after, newStart, newEnd),
    );
    for (let index = ranges.length - 1; index >= 0; index -= 1) {
      this.ids = spliced(this.ids, ranges[index].start, ranges[index].end, brought[index]);
    }
    return brought;
  }

  note(before, start, end) {
    if (start === end) return;
    before.nodesBetween(start, end, (node, position) => {
      if (!node.isTextblock || position < start || position + node.nodeSize > end) return;
      this.removed.set(node.attrs.id, { node, old: this.ids.slice(position, position + node.nodeSize) });
    });
  }

  /** Return new numbers for inserted letters. A block that was removed before was moved, so it keeps its own. */
  known(after, start, end) {
    const ids = new Int32Array(end - start);
    for (let place = 0; place < ids.length; place += 1) ids[place] = this.numbers.next++;
    if (start === end || !this.removed.size) return ids;
    after.nodesBetween(start, end, (node, position) => {
      if (!node.isTextblock || position < start || position + node.nodeSize > end) return;
      const was = node.attrs.id && this.removed.get(node.attrs.id);
      if (!was) return;
      this.removed.delete(node.attrs.id);
      const place = position - start;
      const first = was.node.content.findDiffStart(node.content);
      if (first === null) {
        ids.set(was.old, place);
        return;
      }
      const last = was.node.content.findDiffEnd(node.content);
      const [size, wasSize] = [node.content.size, was.node.content.size];
      const tail = Math.min(size - last.b, size - first, wasSize - first);
      ids.set(was.old.subarray(0, 1 + first), place);
      ids.set(was.old.subarray(was.old.length - 1 - tail), place + node.nodeSize - 1 - tail);
    });
    return ids;
  }
}

function counted(size) {
  return Int32Array.from({ length: size }, (_none, place) => place);
}

class Mending {
  constructor({ source, theirSource, doc, size, mine, theirs, ids, most }) {
    Object.assign(this, { source, theirSource, size, mine, theirs, ids });
    this.inMine = marked(mine, most);
    this.inTheirs = marked(theirs, most);
    this.here = marked(ids, most);
    this.made = new Transform(doc);
    this.alone = { own: [], others: [] };
  }

  /** Return { others, own: the steps that restore words of others and of this writer, alone: words in a new block }. */
  outcome() {
    this.takeAway();
    this.putBack(this.theirSource, this.theirs, this.alone.others);
    const others = this.made.steps.slice();
    this.putBack(this.source, this.mine, this.alone.own);
    return { others, own: this.made.steps.slice(others.length), alone: this.alone };
  }

  isMissing(letter) {
    return !this.here[letter] && (letter >= this.size || (this.inMine[letter] && this.inTheirs[letter]));
  }

  /** Delete again what somebody had deleted and a move has brought back. */
  takeAway() {
    const { inMine, inTheirs, size } = this;
    const found = [];
    this.made.doc.descendants((node, position) => {
      if (!node.inlineContent) return;
      const holder = this.ids[position];
      const gone = (letter, seen) => !seen[letter] && seen[holder];
      const unwanted = (letter) =>
        letter !== NOTHING && letter < size && (gone(letter, inMine) || gone(letter, inTheirs));
      runs(node, position, this.ids, unwanted).forEach(([start, end]) =>
        found.push([position + 1 + start, position + 1 + end]),
      );
    });
    found.sort((one, other) => other[0] - one[0]);
    found.forEach(([start, end]) => {
      if (this.made.maybeStep(new ReplaceStep(start, end, Slice.empty)).failed) return;
      this.ids = spliced(this.ids, start, end, []);
    });
    // The content of a footnote was deleted with it.
    if (found.length) this.here = marked(this.ids, this.here.length);
  }

  putBack(source, ids, alone) {
    if (!ids.some((letter) => this.isMissing(letter))) return;
    source.descendants((node, position) => {
      if (node.inlineContent) {
        runs(node, position, ids, (letter) => this.isMissing(letter)).forEach(([start, end]) =>
          this.put({ source, ids, node, position, start, end, alone }),
        );
      } else if (node.isLeaf && node.isBlock && this.isMissing(ids[position])) {
        this.putBlock(source, ids, position, node, [ids[position]]);
      }
    });
  }

  put(run) {
    const { source, ids, node, position, start, end, alone } = run;
    const piece = node.content.cut(start, end);
    const letters = ids.slice(position + 1 + start, position + 1 + end);
    letters.forEach((letter) => (this.here[letter] = 1));
    for (const place of this.places(run)) {
      if (this.made.maybeStep(new ReplaceStep(place, place, new Slice(piece, 0, 0))).failed) continue;
      this.ids = spliced(this.ids, place, place, letters);
      return;
    }
    alone.push(piece.textBetween(0, piece.size, " ", " "));
    if (node.isTextblock) {
      const id = this.blockWith(node.attrs.id) ? "" : node.attrs.id;
      const block = node.type.create({ ...node.attrs, id }, piece);
      this.putBlock(source, ids, position, block, [ids[position], ...letters, NOTHING]);
    } else {
      const block = schema.nodes.paragraph.create(null, piece);
      this.putBlock(source, ids, position, block, [NOTHING, ...letters, NOTHING]);
    }
  }

  /** Yield possible positions, best first: after a former predecessor, before a former successor, in its block. */
  *places({ source, ids, node, position, start, end }) {
    const first = position + 1;
    for (let place = first + start - 1; place >= first; place -= 1) yield* this.placeOf(ids[place], 1);
    for (let place = first + end; place < first + node.content.size; place += 1) yield* this.placeOf(ids[place], 0);
    yield* this.placeOf(ids[position], 1);
    const block = this.blockWith(node.attrs.id);
    if (block) yield block.position + 1 + block.node.content.size;
    if (node.isTextblock) return;
    const around = source.resolve(position);
    const offset = around.parentOffset;
    yield* this.places({ source, ids, node: around.parent, position: around.before(), start: offset, end: offset });
  }

  *placeOf(letter, after) {
    if (!this.here[letter]) return;
    const index = this.ids.indexOf(letter);
    if (index >= 0 && this.made.doc.resolve(index + after).parent.inlineContent) yield index + after;
  }

  blockWith(id) {
    let found = null;
    if (!id) return found;
    this.made.doc.descendants((node, position) => {
      if (!found && node.inlineContent && node.attrs.id === id) found = { node, position };
      return !found;
    });
    return found;
  }

  /** Insert the block at the top level, after its former predecessor. */
  putBlock(source, ids, position, block, letters) {
    letters.forEach((letter) => {
      if (letter !== NOTHING) this.here[letter] = 1;
    });
    let place = 0;
    for (let before = position - 1; before >= 0; before -= 1) {
      const index = this.here[ids[before]] ? this.ids.indexOf(ids[before]) : -1;
      if (index < 0) continue;
      const around = this.made.doc.resolve(index + 1);
      place = around.depth ? around.after(1) : around.pos;
      break;
    }
    this.made.step(new ReplaceStep(place, place, new Slice(Fragment.from(block), 0, 0)));
    this.ids = spliced(this.ids, place, place, letters);
  }

  /** Return the new position of this window's cursor, or null if nothing of its block is left. */
  cursor(position) {
    const $place = this.source.resolve(position);
    if (!$place.parent.inlineContent) return null;
    const offset = $place.parentOffset;
    const run = { source: this.source, ids: this.mine, node: $place.parent, position: $place.before() };
    return this.places({ ...run, start: offset, end: offset }).next().value ?? null;
  }
}

function marked(ids, most) {
  const marks = new Uint8Array(most);
  ids.forEach((letter) => {
    marks[letter] = 1;
  });
  return marks;
}

/** Return the steps that restore text which a transaction with steps of others has lost; null if nothing was lost.
 *
 * `transaction` comes from prosemirror-collab: it undoes the steps `own`, applies `others` (a number of) steps, and applies
 * the own ones again if they still fit. `selection` is the selection before it.
 */
export function mended(transaction, own, others, selection) {
  const astray = [selection.anchor, selection.head].some((place) => transaction.mapping.mapResult(place).deletedAcross);
  const follows = selection instanceof TextSelection && astray;
  if (!own.length && !follows) return null;
  const docAt = (place) => transaction.docs[place] ?? transaction.doc;
  const base = docAt(own.length);
  const numbers = { next: base.content.size };
  const mine = new Followed(counted(base.content.size), numbers);
  const given = own.map((step, n) => mine.through(step, docAt(own.length - n), docAt(own.length - n - 1)));
  const theirs = new Followed(counted(base.content.size), numbers);
  for (let place = own.length; place < own.length + others; place += 1) {
    theirs.through(transaction.steps[place], docAt(place), docAt(place + 1));
  }
  const now = new Followed(theirs.ids, numbers);
  own.forEach((_step, n) => {
    const place = transaction.mapping.getMirror(own.length - 1 - n);
    if (place !== undefined) now.through(transaction.steps[place], docAt(place), docAt(place + 1), given[n]);
  });
  const mending = new Mending({
    source: docAt(0),
    theirSource: docAt(own.length + others),
    doc: transaction.doc,
    size: base.content.size,
    mine: mine.ids,
    theirs: theirs.ids,
    ids: now.ids,
    most: numbers.next,
  });
  const outcome = mending.outcome();
  const [anchor, head] = follows ? [selection.anchor, selection.head].map((place) => mending.cursor(place)) : [null, null];
  const cursor = anchor === null || head === null ? null : { anchor, head };
  return cursor || outcome.own.length || outcome.others.length ? { ...outcome, cursor } : null;
}
