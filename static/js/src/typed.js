// Text typed into a form is stored in the browser until the server has accepted the form. It is restored after Back, a
// reload, a closed tab, a lost connection or a sign-out in another tab. The server says in a cookie which form it has
// accepted (foundation.editing.typed). Never stored: passwords, files, forms marked data-not-kept (answers to ballots and
// anonymous surveys), and the pages of the sign-in.
const PREFIX = "typed:";
const DAYS = 7;

export function isToken(name) {
  return name === "csrfmiddlewaretoken" || name === "submission";
}

export function fieldsOf(entries) {
  const fields = {};
  for (const [name, value] of entries) {
    if (typeof value === "string" && !isToken(name)) fields[name] = [...(fields[name] || []), value];
  }
  return fields;
}

// Treat line breaks as sent by a form and as stored in a text box as equal.
export function sameFields(one, other) {
  const plain = (fields) => JSON.stringify(Object.entries(fields).sort()).replaceAll("\\r\\n", "\\n");
  return plain(one) === plain(other);
}

export function fill(boxes, fields) {
  for (const box of boxes) {
    if (!box.name || isToken(box.name) || ["file", "password", "submit", "button"].includes(box.type)) continue;
    const values = fields[box.name] || [];
    if (box.type === "checkbox" || box.type === "radio") box.checked = values.includes(box.value);
    else if (box.tagName === "SELECT") for (const option of box.options) option.selected = values.includes(option.value);
    else if (values.length) box.value = values[0];
  }
}

// People who are not signed in may share the device, so their text is deleted with the tab.
const storage = () => (document.body.dataset.person ? window.localStorage : window.sessionStorage);

const keyOf = (form) =>
  `${PREFIX}${document.body.dataset.person || 0}:${location.pathname}${location.search}:${form.getAttribute("action") || ""}`;

const isKept = (form) =>
  form.method === "post" &&
  form.closest("main") &&
  !form.closest("[data-not-kept]") &&
  !form.querySelector("input[type=password]") &&
  form.querySelector("textarea, select, input:not([type=hidden]):not([type=submit])");

async function nameOf(token) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  const bytes = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0"));
  return bytes.join("").slice(0, 16);
}

function read(place, key) {
  try {
    return JSON.parse(place.getItem(key));
  } catch {
    return null;
  }
}

function eachKept(act) {
  for (const place of [window.localStorage, window.sessionStorage]) {
    for (const key of Object.keys(place)) if (key.startsWith(PREFIX)) act(place, key, read(place, key));
  }
}

function keep(form) {
  const token = form.querySelector("input[name=submission]");
  if (!token) return;
  const record = { at: Date.now(), token: token.value, fields: fieldsOf(new FormData(form)) };
  try {
    storage().setItem(keyOf(form), JSON.stringify(record));
  } catch {
    // The storage is full or disabled. The page still asks before it is closed.
  }
}

// Delete the form that the server has accepted, and forms that are older than a token may be.
async function forgetWhatWasTaken() {
  const taken = /(?:^|; )sent=([0-9a-f]{16})/.exec(document.cookie);
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in all browsers
  if (taken) document.cookie = "sent=; Max-Age=0; path=/; SameSite=Lax";
  const waiting = [];
  eachKept((place, key, record) => {
    if (!record || Date.now() - record.at > DAYS * 86400000) place.removeItem(key);
    else if (taken) waiting.push(nameOf(record.token).then((name) => name === taken[1] && place.removeItem(key)));
  });
  await Promise.all(waiting);
}

function putBack(form) {
  const key = keyOf(form);
  const record = read(storage(), key);
  if (!record) return;
  const shown = fieldsOf(new FormData(form));
  if (sameFields(record.fields, shown)) return;
  fill(form.elements, record.fields);
  const notice = document.getElementById("typed-kept").content.cloneNode(true).firstElementChild;
  notice.querySelector("button").addEventListener("click", () => {
    storage().removeItem(key);
    fill(form.elements, shown);
    notice.remove();
  });
  form.before(notice);
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

export async function start() {
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-signs-out]")) eachKept((place, key) => place.removeItem(key));
  });
  if (!window.crypto?.subtle || !document.getElementById("typed-kept")) return;
  const timers = new Map();
  document.addEventListener("input", (event) => {
    const form = event.target.form || event.target.closest("form");
    if (!form || !isKept(form)) return;
    clearTimeout(timers.get(form));
    timers.set(
      form,
      setTimeout(() => keep(form), 200),
    );
  });
  document.addEventListener("submit", (event) => {
    clearTimeout(timers.get(event.target));
    timers.delete(event.target);
    if (isKept(event.target)) keep(event.target);
  });
  window.addEventListener("pagehide", () => timers.forEach((_timer, form) => form.isConnected && keep(form)));
  await forgetWhatWasTaken();
  putBackIn(document);
  document.addEventListener("htmx:load", (event) => putBackIn(event.detail.elt));
}

// If the server returned the form with what was typed, because it was refused or stored there, that text is newer.

function putBackIn(root) {
  if (root.querySelector("[data-error-summary], [data-typed-back]")) return;
  for (const form of root.querySelectorAll("form")) if (isKept(form)) putBack(form);
}
