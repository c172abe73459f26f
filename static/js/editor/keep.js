// What was typed and has not reached the server lies in the browser's own store, one entry a window, until it has.
// Only the steps are kept, never the text they change: moving them over what others did needs no more than that.
import { Mapping, Step } from "prosemirror-transform";
import { get, post } from "./asking.js";

const PREFIX = "portal.unsent";

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

async function send(schema, addresses, { client, person }, entry) {
  let { version } = entry;
  let steps = entry.steps.map((json) => Step.fromJSON(schema, json));
  while (steps.length) {
    const missed = await get(`${addresses.steps}?since=${version}`);
    if (missed.status !== 200) return "later";
    const arrived = missed.data.steps;
    const own = arrived.findIndex((step) => step.client !== client);
    const accepted = own < 0 ? arrived.length : own;
    steps = moveOver(steps.slice(accepted), arrived.slice(accepted).map(({ step }) => Step.fromJSON(schema, step)));
    version += arrived.length;
    if (!steps.length) return "sent";
    const batch = steps.slice(0, 100);
    const answer = await post(addresses.steps, { version, client, person, steps: batch.map((step) => step.toJSON()) });
    if (answer.status === 409) continue;
    if (answer.status === 422 || answer.status === 413) return answer.data.words || String(answer.status);
    if (answer.status !== 200) return "later";
    // The answer names those of the batch that were taken; what the portal added after them the next round fetches.
    const taken = answer.data.steps.filter((step) => step.client === client).length;
    steps = steps.slice(taken);
    version += taken;
  }
  return "sent";
}

/** The steps as they read after `others` came before them; a step whose place is gone falls away. */
export function moveOver(steps, others) {
  const mapping = new Mapping(steps.map((step) => step.getMap().invert()).reverse());
  others.forEach((step) => mapping.appendMap(step.getMap()));
  const moved = [];
  steps.forEach((step, index) => {
    const mirror = steps.length - index;
    const mapped = step.map(mapping.slice(mirror));
    if (!mapped) return;
    moved.push(mapped);
    mapping.appendMap(mapped.getMap(), mirror - 1);
  });
  return moved;
}

/** The words that refused steps would have brought in, so that they can at least be copied. */
export function plainText(schema, steps) {
  return steps
    .map((json) => (json.slice?.content || []).map((node) => schema.nodeFromJSON(node).textContent).join("\n"))
    .join("")
    .trim();
}
