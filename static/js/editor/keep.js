// What was typed and has not reached the server lies in the browser's own store, one entry a window, until it has.
// Only the steps are kept, never the text they change: the portal knows how it stood at any step number.
import { collab, sendableSteps } from "prosemirror-collab";
import { EditorState } from "prosemirror-state";
import { Step } from "prosemirror-transform";
import { get, post } from "./asking.js";
import { mend, received, turns } from "./receiving.js";

const PREFIX = "portal.unsent";
const BATCH = 100;

export class Keep {
  constructor({ text, person, client }) {
    this.folder = `${PREFIX}.${person}.${text}.`;
    this.key = this.folder + client;
    this.client = client;
    this.last = "";
  }

  /** Held for as long as the window lives, so that another window never sends the steps of a living one. */
  claim() {
    if (!navigator.locks) return;
    navigator.locks.request(this.key, () => new Promise(() => {}));
  }

  write(sendable) {
    const entry = sendable
      ? JSON.stringify({ version: sendable.version, steps: sendable.steps.map((step) => step.toJSON()) })
      : "";
    if (entry === this.last) return;
    this.last = entry;
    try {
      if (entry) window.localStorage.setItem(this.key, entry);
      else window.localStorage.removeItem(this.key);
    } catch {
      // A full or forbidden store: the window itself still holds the text, and leaving it asks first.
      this.last = "";
    }
  }

  /** Sends what windows that are gone have left. Answers how many entries were sent and which were refused. */
  async recover(schema, addresses, person) {
    const found = { sent: 0, refused: [] };
    for (const key of Object.keys(window.localStorage).filter((name) => name.startsWith(this.folder))) {
      if (key === this.key) continue;
      await alone(key, async () => {
        const entry = JSON.parse(window.localStorage.getItem(key) || "null");
        if (!entry) return;
        const outcome = await send(schema, addresses, { client: key.slice(this.folder.length), person }, entry);
        if (outcome === "later") return;
        if (outcome === "sent") found.sent += 1;
        else found.refused.push({ reason: outcome, text: plainText(schema, entry.steps) });
        window.localStorage.removeItem(key);
      });
    }
    return found;
  }
}

async function alone(key, act) {
  if (!navigator.locks) return act();
  return navigator.locks.request(key, { ifAvailable: true }, (lock) => (lock ? act() : null));
}

/** The text as the window that is gone had it, with its unsent steps. */
function asItWas(schema, client, content, { version, steps }) {
  const plugins = [collab({ version, clientID: client })];
  const state = EditorState.create({ doc: schema.nodeFromJSON(content), plugins });
  const { tr } = state;
  steps.forEach((json) => tr.step(Step.fromJSON(schema, json)));
  return state.apply(tr);
}

async function send(schema, addresses, { client, person }, entry) {
  let { version } = entry;
  let state = null;
  for (;;) {
    const missed = await get(`${addresses.steps}?since=${version}${state ? "" : "&text=1"}`);
    if (missed.status !== 200) return "later";
    try {
      state ??= asItWas(schema, client, missed.data.content, entry);
    } catch (error) {
      return error.message;
    }
    const arrived = missed.data.steps;
    turns(arrived, client).forEach((turn) => {
      const { transaction, mending } = received(state, turn, client);
      state = state.apply(transaction);
      if (mending) mend(() => state, transaction, mending, (tr) => (state = state.apply(tr)));
    });
    version += arrived.length;
    const steps = sendableSteps(state)?.steps.slice(0, BATCH).map((step) => step.toJSON());
    if (!steps) return "sent";
    const answer = await post(addresses.steps, { version, client, person, steps });
    if (answer.status === 422 || answer.status === 413) return answer.data.words || String(answer.status);
    // What was taken comes back among the missed ones, like what others did.
    if (answer.status !== 200 && answer.status !== 409) return "later";
  }
}

/** The words that refused steps would have brought in, so that they can at least be copied. */
export function plainText(schema, steps) {
  return steps
    .map((json) => (json.slice?.content || []).map((node) => schema.nodeFromJSON(node).textContent).join("\n"))
    .join("")
    .trim();
}
