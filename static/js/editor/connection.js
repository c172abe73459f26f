// Keeps the text of this window and the text on the server the same (prosemirror-collab).
//
// A window sends its steps with the step number it knows. The server accepts all of them, or answers with the steps that
// the window has missed; the window then rebases its own on those and sends them again. Plain typing is rebased by the
// server: its response has the missed steps, followed by the window's own as rebased. If a response is lost, nothing has
// to be done: the window's own steps are then among the missed ones.
import { getVersion, sendableSteps } from "prosemirror-collab";
import { AWAY, get, post } from "./asking.js";
import { mend, received, turns } from "./receiving.js";
import { markForeign } from "./undo.js";

// Milliseconds between two requests. Keystrokes in between are sent together. The time grows each time that others were
// faster, so that many writers do not hinder each other.
const APART = 100;
const APART_MOST = 400;
const POLL = 1500;
const POLL_HIDDEN = 8000;
const BATCH = 100;
const BATCH_MOST = 200; // the server accepts no more at once

export class Connection {
  constructor({ editor, addresses, client, keep, on }) {
    Object.assign(this, { editor, addresses, client, keep, on });
    this.failures = 0;
    this.forbidden = 0;
    this.stopped = false;
    this.sending = false;
    this.timers = {};
    this.sentAt = 0;
    this.apart = APART;
    this.behind = 0;
    window.addEventListener("online", () => this.now());
    window.addEventListener("focus", () => this.now());
    document.addEventListener("visibilitychange", () => !document.hidden && this.now());
    window.addEventListener("pagehide", () => this.leave());
    window.addEventListener("beforeunload", (event) => {
      if (!this.unsent || this.stopped) return;
      this.flush();
      event.preventDefault();
      event.returnValue = "";
    });
    this.schedulePoll();
  }

  get unsent() {
    return sendableSteps(this.editor.state);
  }

  /** Send and store the changes that were made in this window. */
  changed() {
    if (!this.unsent || this.stopped) return;
    if (!this.failures) this.on.status({ state: "saving" });
    if (!this.failures) this.sendSoon();
    this.keeping ??= window.setTimeout(() => {
      this.keeping = null;
      if (!this.stopped) this.keep.write(this.unsent);
    }, 300);
  }

  sendSoon() {
    this.after("send", Math.max(0, this.sentAt + this.apart - Date.now()), () => this.send());
  }

  after(name, wait, act) {
    window.clearTimeout(this.timers[name]);
    this.timers[name] = window.setTimeout(act, wait);
  }

  now() {
    if (this.stopped) return;
    this.after("send", 0, () => this.send());
    this.after("poll", 0, () => this.poll());
  }

  async send() {
    const sendable = this.unsent;
    if (!sendable || this.sending || this.stopped) return;
    this.sending = true;
    this.sentAt = Date.now();
    const batch = sendable.steps.slice(0, this.single ? 1 : wholeActs(sendable));
    const answer = await post(this.addresses.steps, {
      version: sendable.version,
      client: this.client,
      person: this.editor.person,
      steps: batch.map((step) => step.toJSON()),
    });
    this.sending = false;
    if (this.stopped) return;
    if (answer.status === 200 || answer.status === 409) {
      this.single = false;
      this.forbidden = 0;
      this.reached();
      this.receive(answer.data);
      // Being behind once is normal; twice in a row means that many people are writing.
      this.behind = answer.status === 409 ? this.behind + 1 : 0;
      if (this.behind > 1) this.apart = Math.min(APART_MOST, this.apart + 60);
      else if (!this.behind) this.apart = Math.max(APART, this.apart - 30);
      if (answer.status === 409) this.after("send", this.behind > 1 ? Math.random() * 40 : 0, () => this.send());
      else if (this.unsent) this.sendSoon();
      else this.saved();
    } else if ((answer.status === 422 || answer.status === 413) && batch.length > 1) {
      // One of the steps is invalid. Send them one by one, so that those before it are accepted.
      this.single = true;
      this.after("send", 0, () => this.send());
    } else {
      this.failed(answer);
    }
  }

  /** Apply the steps of a response, except those that this window already has. */
  receive({ since, steps }) {
    const known = getVersion(this.editor.state) - since;
    if (known < 0 || known >= steps.length) return;
    const fresh = steps.slice(known);
    const doubled = fresh.filter(({ step }) => step?.doubles).map(({ step }) => [step.doubles, step.value]);
    turns(fresh, this.client).forEach((turn) => this.takeIn(turn));
    if (doubled.length) this.on.doubled(doubled);
    this.keep.write(this.unsent);
  }

  takeIn(turn) {
    const { transaction, foreign, mending } = received(this.editor.state, turn, this.client);
    if (foreign.length) markForeign(transaction, foreign);
    this.editor.dispatch(transaction);
    if (!mending) return;
    mend(() => this.editor.state, transaction, mending, (tr) => this.editor.dispatch(tr));
    this.on.alone(mending.alone);
  }

  saved() {
    this.keep.write(null);
    this.on.status({ state: "saved", at: new Date() });
  }

  reached() {
    const wasAway = this.failures > 0;
    this.failures = 0;
    if (wasAway && !this.unsent) this.saved();
  }

  failed({ status, data }) {
    this.keep.write(this.unsent);
    if (status === 401) this.on.status({ state: "signed-out", words: data.words, address: data.sign_in });
    else if (status === 422 || status === 413) return this.refused(data.words);
    else if (status === 404 || status === 410) return this.closed(data.words);
    else if (status === 403) return this.askWhy();
    else this.on.status({ state: "offline", waits: Boolean(this.unsent) });
    this.failures += 1;
    const wait = status === 401 ? 4000 : Math.min(15000, 1000 * 2 ** Math.min(this.failures, 4));
    this.after("send", wait, () => this.send());
    return undefined;
  }

  /** Find out why the server answered 403: the right was lost, or only the CSRF token has changed after a new sign-in. */
  async askWhy() {
    const answer = await get(this.addresses.state);
    if (this.stopped) return;
    if (answer.status === 200 && this.forbidden < 3) {
      this.forbidden += 1;
      this.after("send", 1000, () => this.send());
    } else if (answer.status === 200) {
      this.closed(undefined);
    } else {
      this.failed(answer.status === 403 ? { status: 410, data: {} } : answer);
    }
  }

  /** Stop sending, because the server will never accept the next step, and ask the writer what to do. */
  refused(words) {
    this.stop();
    this.on.refused({ words, steps: this.unsent ? this.unsent.steps.map((step) => step.toJSON()) : [] });
  }

  closed(words) {
    this.stop();
    this.on.closed({ words, steps: this.unsent ? this.unsent.steps.map((step) => step.toJSON()) : [] });
  }

  stop() {
    this.stopped = true;
    Object.values(this.timers).forEach((timer) => window.clearTimeout(timer));
  }

  schedulePoll() {
    const calm = document.hidden ? POLL_HIDDEN : POLL;
    this.after("poll", this.failures ? Math.max(calm, 1000 * 2 ** Math.min(this.failures, 4)) : calm, () => this.poll());
  }

  async poll() {
    if (this.stopped) return;
    const version = getVersion(this.editor.state);
    const answer = await get(`${this.addresses.poll}?since=${version}`);
    if (this.stopped) return;
    if (answer.status === 200) {
      const wasAway = this.failures > 0;
      this.reached();
      this.on.people(answer.data.people);
      if (answer.data.steps) this.receive(answer.data);
      if (wasAway) {
        this.on.back();
        if (this.unsent) this.after("send", 0, () => this.send());
      }
    } else if (answer.status === AWAY || answer.status >= 500) {
      this.failures += 1;
      this.on.status({ state: "offline", waits: Boolean(this.unsent) });
    } else if (answer.status === 401) {
      this.failures += 1;
      this.on.status({ state: "signed-out", words: answer.data.words, address: answer.data.sign_in });
    } else if (answer.status === 403 || answer.status === 404 || answer.status === 410) {
      this.closed(answer.data.words);
      return;
    }
    this.schedulePoll();
  }

  /** Report that this window has the text open, and the block with its cursor. */
  async present(block) {
    if (!this.stopped && !this.failures) await post(this.addresses.presence, { client: this.client, block });
  }

  flush() {
    this.keep.write(this.unsent);
    this.send();
  }

  leave() {
    this.keep.write(this.unsent);
    post(this.addresses.presence, { client: this.client, leaves: true }, { keepalive: true });
  }
}

/** Return how many steps to send. The two steps of a move are sent together, and with them the steps that repair it. */
function wholeActs({ steps, origins }) {
  let count = Math.min(BATCH, steps.length);
  const belongs = (next) => origins[next] === origins[next - 1] || origins[next].getMeta("mends");
  while (count < Math.min(BATCH_MOST, steps.length) && belongs(count)) count += 1;
  return count;
}
