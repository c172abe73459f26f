// Applies steps of others, in an open window and when the unsent steps of a closed window are recovered.
import { receiveTransaction, sendableSteps } from "prosemirror-collab";
import { TextSelection } from "prosemirror-state";
import { Step, StepMap } from "prosemirror-transform";
import { mended } from "./placing.js";
import { schema } from "./schema.js";

/** Return the entries in groups, each with those of this window (which it already has) followed by those of others. */
export function turns(entries, client) {
  const found = [];
  entries.forEach((entry, index) => {
    const own = entry.client === client;
    if (!index || (own && entries[index - 1].client !== client)) found.push([]);
    found[found.length - 1].push(entry);
  });
  return found;
}

/** Return the transaction for one group of entries ({ step, client }), which begins at the version of `state`. */
export function received(state, entries, client) {
  const unsent = sendableSteps(state)?.steps || [];
  // Own steps are returned without their content, because this window already has them.
  const read = entries.map(({ step }) => step && Step.fromJSON(schema, step));
  const first = entries.findIndex((entry) => entry.client !== client);
  const ours = first < 0 ? entries.length : first;
  const foreign = read.slice(ours);
  const transaction = receiveTransaction(state, read, entries.map((entry) => entry.client), { mapSelectionBackward: true });
  const mending = foreign.length ? mended(transaction, unsent.slice(ours), foreign.length, state.selection) : null;
  return { transaction, foreign, mending };
}

/** Return a position map of what plugins have added to the text since. */
function added(before, after) {
  const start = before.content.findDiffStart(after.content);
  if (start === null) return StepMap.empty;
  const { a, b } = before.content.findDiffEnd(after.content);
  const overlap = Math.max(0, start - Math.min(a, b));
  return new StepMap([start, a + overlap - start, b + overlap - start]);
}

/** Restore lost text after the transaction has been applied. `now()` returns the present state. */
export function mend(now, transaction, { others, own, cursor }, dispatch) {
  const map = added(transaction.doc, now().doc);
  const work = [others, own].filter((steps) => steps.length);
  // Restored words of others are not part of this writer's undo history.
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
