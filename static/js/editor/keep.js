// Unsent steps are stored in the browser, one entry for each window, until the server has accepted them. The text itself
// is not stored, because the portal can restore it at any step number.
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

  /** Hold a lock while the window is open, so that no other window sends its steps. */
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
      // The storage is full or disabled. The window still has the text, and asks before it is closed.
      this.last = "";
    }
  }

  /** Send the steps of closed windows. Return how many entries were sent and which were refused. */
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

/** Return the editor state of the closed window, with its unsent steps. */
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
    // Accepted steps are returned with the next missed ones, like those of others.
    if (answer.status !== 200 && answer.status !== 409) return "later";
  }
}

/** Return the text that refused steps would have inserted, so that it can be copied. */
export function plainText(schema, steps) {
  return steps
    .map((json) => (json.slice?.content || []).map((node) => schema.nodeFromJSON(node).textContent).join("\n"))
    .join("")
    .trim();
}
