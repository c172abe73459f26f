// Taking in the steps of others, in an open window and for the steps that a window which is gone has left.
import { receiveTransaction, sendableSteps } from "prosemirror-collab";
import { TextSelection } from "prosemirror-state";
import { Step, StepMap } from "prosemirror-transform";
import { mended } from "./placing.js";
import { schema } from "./schema.js";

/** The entries in turns: in each first those of this window, which it has already, then those of others. */
export function turns(entries, client) {
  const found = [];
  entries.forEach((entry, index) => {
    const own = entry.client === client;
    if (!index || (own && entries[index - 1].client !== client)) found.push([]);
    found[found.length - 1].push(entry);
  });
  return found;
}

/** What one turn of entries ({ step, client }), which begin at the state's own version, do to it; the state stays as it is. */
export function received(state, entries, client) {
  const unsent = sendableSteps(state)?.steps || [];
  // This window's own steps come back by name alone: it has them already.
  const read = entries.map(({ step }) => step && Step.fromJSON(schema, step));
  const first = entries.findIndex((entry) => entry.client !== client);
  const ours = first < 0 ? entries.length : first;
  const foreign = read.slice(ours);
  const transaction = receiveTransaction(state, read, entries.map((entry) => entry.client), { mapSelectionBackward: true });
  const mending = foreign.length ? mended(transaction, unsent.slice(ours), foreign.length, state.selection) : null;
  return { transaction, foreign, mending };
}

/** What plugins added to a text since, as a map of places. */
function added(before, after) {
  const start = before.content.findDiffStart(after.content);
  if (start === null) return StepMap.empty;
  const { a, b } = before.content.findDiffEnd(after.content);
  const overlap = Math.max(0, start - Math.min(a, b));
  return new StepMap([start, a + overlap - start, b + overlap - start]);
}

/** Puts back what was lost, once the transaction has been applied; `now()` is the state that each dispatch is made on. */
export function mend(now, transaction, { others, own, cursor }, dispatch) {
  const map = added(transaction.doc, now().doc);
  const work = [others, own].filter((steps) => steps.length);
  // What others wrote is not this writer's to undo.
  work.forEach((steps) => {
    const tr = now().tr.setMeta("mends", true).setMeta("addToHistory", steps === own);
    steps.forEach((step) => tr.maybeStep(step.map(map)));
    dispatch(tr);
  });
  if (!cursor) return;
  const { tr, doc } = now();
  const [anchor, head] = [cursor.anchor, cursor.head].map((place) => doc.resolve(map.map(place)));
  dispatch(tr.setSelection(TextSelection.between(anchor, head)));
}
