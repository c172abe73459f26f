// Undo and redo affect only this writer's own changes. The history knows only positions, so undoing an insertion would also
// delete what others have written inside it. Their words are therefore inserted again.
import { redo, undo } from "prosemirror-history";
import { Plugin, PluginKey } from "prosemirror-state";
import { schema } from "./schema.js";

const MOST = 2000;
const foreign = new PluginKey("foreign");

function joined(ranges) {
  const sorted = [...ranges].sort((one, other) => one.from - other.from);
  const whole = [];
  sorted.forEach(({ from, to }) => {
    const last = whole[whole.length - 1];
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else whole.push({ from, to });
  });
  return whole.slice(-MOST);
}

/** A plugin that tracks the ranges of text which others have inserted since this window was opened. */
export function wordsOfOthers() {
  return new Plugin({
    key: foreign,
    state: {
      init: () => [],
      apply(tr, ranges) {
        const arrived = tr.getMeta(foreign);
        if (!tr.docChanged || (!ranges.length && !arrived)) return ranges;
        const moved = ranges
          .map(({ from, to }) => ({ from: tr.mapping.map(from, 1), to: tr.mapping.map(to, -1) }))
          .filter(({ from, to }) => from < to);
        return arrived ? joined([...moved, ...arrived]) : moved;
      },
    },
  });
}

/** Record in a transaction the ranges that the steps of others have inserted. */
export function markForeign(tr, steps) {
  const ranges = [];
  const own = tr.getMeta("rebased") || 0;
  steps.forEach((step, index) => {
    const after = tr.mapping.slice(own + index + 1);
    step.getMap().forEach((oldStart, oldEnd, from, to) => {
      const range = { from: after.map(from, 1), to: after.map(to, -1) };
      if (range.from < range.to) ranges.push(range);
    });
  });
  if (ranges.length) tr.setMeta(foreign, ranges);
}

function blockIdAt(doc, position) {
  const $place = doc.resolve(position);
  for (let depth = $place.depth; depth > 0; depth -= 1) if ($place.node(depth).isTextblock) return $place.node(depth).attrs.id;
  return "";
}

function has(doc, id) {
  let found = false;
  doc.descendants((node) => {
    found ||= node.attrs.id === id;
    return !found && !node.isTextblock;
  });
  return found;
}

/** Return the words of others that this transaction would delete: [{ place, content }], with positions after it. */
function takenAlong(state, tr) {
  return foreign
    .getState(state)
    .filter(({ from, to }) => tr.mapping.mapResult(from, 1).deleted && tr.mapping.mapResult(to, -1).deleted)
    .map(({ from, to }) => ({ from, place: tr.mapping.map(from), slice: state.doc.slice(from, to) }))
    .filter(({ slice }) => !slice.openStart && !slice.openEnd && slice.content.firstChild?.isInline)
    .filter(({ from, place }) => tr.doc.resolve(place).parent.inlineContent || !has(tr.doc, blockIdAt(state.doc, from)))
    .map(({ place, slice }) => ({ place, content: slice.content }));
}

const guarded = (command) => (state, dispatch, view) => {
  if (!dispatch || !view) return command(state, dispatch);
  let made = null;
  if (!command(state, (tr) => (made = tr)) || !made) return false;
  const lost = takenAlong(state, made);
  const before = view.state;
  dispatch(made);
  if (!lost.length || view.state === before) return true;
  const again = view.state.tr.setMeta("addToHistory", false);
  lost.forEach(({ place, content }) => {
    const at = again.mapping.map(place);
    const inLine = again.doc.resolve(at).parent.inlineContent;
    again.insert(at, inLine ? content : schema.nodes.paragraph.create(null, content));
  });
  dispatch(again);
  return true;
};

export const undoOwn = guarded(undo);
export const redoOwn = guarded(redo);
