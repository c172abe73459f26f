// Reorders lists by drag, by arrow keys on the grip, or by the row's buttons (plain forms without this script).
//
//   <ol id="agenda" data-sortable data-url="…" data-version="7" [data-nested]>
//     <li data-id="12" data-label="Opening"> <div class="sort-row">…components/sortable_controls.html…</div> [<ol>…</ol>] </li>
//   </ol>
//   components/sortable_status.html
//
// Each move posts moved, parent (empty at the top), order (the ids under that parent, repeated) and edit_version to data-url.
// The response is 204 with X-Edit-Version, a page or fragment with the new list, or 409 with [data-clash-message] if somebody
// else was faster. Moves are sent one at a time, and moves that the server refuses are undone on the page.
import Sortable from "sortablejs";
import { csrfToken } from "./csrf.js";

const ITEM = "li[data-id]";
const KEYS = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" };

const rows = (list) => [...list.children].filter((child) => child.matches(ITEM));
const fill = (text, ...values) => values.reduce((words, value, index) => words.replace(`{${index}}`, value), text);

function place(item) {
  const list = item.parentElement;
  return { list, position: rows(list).indexOf(item) };
}

function putAt(item, { list, position }) {
  const others = rows(list).filter((row) => row !== item);
  list.insertBefore(item, others[position] || null);
}

function innerList(item) {
  let list = [...item.children].find((child) => child.matches("ol"));
  if (!list) {
    list = document.createElement("ol");
    item.append(list);
  }
  return list;
}

/** Return where an item moves for an action of KEYS, or nothing if it cannot move there. */
function destination(item, direction, nested) {
  const { list, position } = place(item);
  const siblings = rows(list);
  if (direction === "up") return position > 0 ? { list, position: position - 1 } : null;
  if (direction === "down") return position < siblings.length - 1 ? { list, position: position + 1 } : null;
  if (!nested) return null;
  if (direction === "in") {
    if (position === 0) return null;
    const inner = innerList(siblings[position - 1]);
    return { list: inner, position: rows(inner).length };
  }
  const parent = list.closest(ITEM);
  if (!parent) return null;
  const outer = place(parent);
  return { list: outer.list, position: outer.position + 1 };
}

/**
 * An item dragged straight up or down keeps its level. It becomes the child of an item without children only when dragged to the right,
 * beyond that item's grip. Otherwise an item dropped between two rows would land inside the upper one.
 */
function nestsByChance({ dragged, to, from }, pointer) {
  const host = to.closest(ITEM);
  if (!host || to === from || rows(to).some((row) => row !== dragged)) return false;
  const x = pointer.touches ? pointer.touches[0].clientX : pointer.clientX;
  return x < host.querySelector(".sort-row > .sort-words").getBoundingClientRect().left;
}

class SortableList {
  constructor(root) {
    this.id = root.id;
    this.status = document.querySelector(`[data-sort-status="${root.id}"]`);
    this.words = this.status.dataset;
    this.message = this.status.querySelector("p");
    this.undo = this.status.querySelector("[data-undo]");
    this.queue = Promise.resolve();
    this.waiting = 0; // moves made on the page and not yet sent
    this.dropped = 0; // of those, the ones made before the server refused an earlier one
    this.undo.addEventListener("click", () => this.takeBack());
    this.take(root);
  }

  take(root) {
    this.root = root;
    this.nested = "nested" in root.dataset;
    root.addEventListener("keydown", (event) => this.onKey(event));
    root.addEventListener("submit", (event) => this.onButton(event));
    const quiet = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const lists = this.nested ? [root, ...root.querySelectorAll(`${ITEM}`)].map((e) => (e === root ? e : innerList(e))) : [root];
    for (const list of lists) {
      Sortable.create(list, {
        group: root.id,
        draggable: ITEM,
        handle: ".sort-grip",
        ghostClass: "sort-ghost",
        animation: quiet ? 0 : 120,
        forceFallback: true,
        fallbackOnBody: true,
        fallbackTolerance: 3,
        swapThreshold: 0.65,
        onMove: (event, pointer) => !this.nested || !nestsByChance(event, pointer),
        onStart: (event) => {
          this.remember();
          this.before = { list: event.from, position: rows(event.from).indexOf(event.item) };
        },
        onEnd: (event) => {
          const now = place(event.item);
          if (now.list !== this.before.list || now.position !== this.before.position) this.moved(event.item, this.before);
        },
      });
    }
  }

  onKey(event) {
    const grip = event.target.closest(".sort-grip");
    if (!grip || !KEYS[event.key] || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.step(grip.closest(ITEM), KEYS[event.key], grip);
  }

  onButton(event) {
    const button = event.submitter;
    if (button?.name !== "move") return;
    event.preventDefault();
    this.step(button.closest(ITEM), button.value, button);
  }

  step(item, direction, focused) {
    const target = destination(item, direction, this.nested);
    if (!target) {
      this.say(fill(this.words.edge, item.dataset.label), !this.undo.hidden);
      return;
    }
    this.remember();
    const before = place(item);
    putAt(item, target);
    focused.focus();
    this.moved(item, before);
  }

  /** Announce the item's new place to the reader and send it to the server. */
  moved(item, before) {
    const { list, position } = place(item);
    this.last = { id: item.dataset.id, parent: before.list.closest(ITEM)?.dataset.id || "", position: before.position };
    const parent = list.closest(ITEM);
    const words = parent ? this.words.movedBelow : this.words.moved;
    this.say(fill(words, item.dataset.label, position + 1, rows(list).length, parent?.dataset.label), true);
    const body = new URLSearchParams({ moved: item.dataset.id, parent: parent?.dataset.id || "" });
    rows(list).forEach((row) => body.append("order", row.dataset.id));
    this.waiting += 1;
    this.queue = this.queue.then(() => this.send(body));
  }

  async send(body) {
    this.waiting -= 1;
    if (this.dropped) {
      this.dropped -= 1;
      return;
    }
    body.set("edit_version", this.root.dataset.version || "");
    try {
      const answer = await fetch(this.root.dataset.url, {
        method: "POST",
        body,
        credentials: "same-origin",
        headers: { "X-CSRFToken": csrfToken(this.root), "HX-Request": "true", Accept: "text/html" },
      });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.status === 409) {
        await this.refused(page.querySelector("[data-clash-message]")?.textContent.trim() || this.words.clash, page);
      } else if (!answer.ok) {
        await this.refused(this.words.failed, page);
      } else {
        this.root.dataset.version = answer.headers.get("X-Edit-Version") || this.root.dataset.version || "";
        this.replace(page);
        if (!this.waiting) this.saved = null;
      }
    } catch {
      await this.refused(this.words.failed);
    }
  }

  /** Show the server's rows, unless further moves are pending, and keep the focus. */
  replace(page) {
    const fresh = page.getElementById(this.id);
    if (!fresh) return false;
    if (this.waiting > this.dropped) {
      this.root.dataset.version = fresh.dataset.version || "";
      return true;
    }
    const focused = this.root.contains(document.activeElement) ? document.activeElement : null;
    const id = focused?.closest(ITEM)?.dataset.id;
    const value = focused?.matches("button[name=move]") ? focused.value : "";
    const list = document.importNode(fresh, true);
    const left = this.keepForms(list);
    this.root.replaceWith(list);
    list.after(...left);
    this.take(list);
    if (id) {
      const row = list.querySelector(`li[data-id="${CSS.escape(id)}"] > .sort-row`);
      (row?.querySelector(value ? `button[name=move][value=${value}]` : ".sort-grip") || row)?.focus();
    }
    return true;
  }

  /** Keep open forms with their text in their rows; forms without a row move below the list. */
  keepForms(list) {
    const left = [];
    for (const form of this.root.querySelectorAll("form[data-unsaved]")) {
      const words = form.closest(".sort-words");
      const row = list.querySelector(`li[data-id="${CSS.escape(form.closest(ITEM).dataset.id)}"] > .sort-row > .sort-words`);
      if (row) row.replaceWith(words);
      else left.push(words);
    }
    return left;
  }

  /** After a refusal, show the server's rows and the reason, and drop pending moves. */
  async refused(reason, page) {
    this.say(reason, false, true);
    const answered = page?.getElementById(this.id) ? page : await this.current();
    this.dropped = this.waiting;
    if (!answered || !this.replace(answered)) this.putBack();
    this.saved = null;
  }

  /** The order before the first pending move. */
  remember() {
    if (this.saved) return;
    this.saved = [this.root, ...this.root.querySelectorAll("ol")].map((list) => [list, rows(list)]);
  }

  putBack() {
    const focused = this.root.contains(document.activeElement) ? document.activeElement : null;
    (this.saved || []).forEach(([list, items]) => items.forEach((item) => list.append(item)));
    focused?.focus();
  }

  async current() {
    try {
      const answer = await fetch(window.location.href, { credentials: "same-origin", cache: "no-store" });
      return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    } catch {
      return null;
    }
  }

  takeBack() {
    const last = this.last;
    const item = last && this.root.querySelector(`li[data-id="${CSS.escape(last.id)}"]`);
    const parent = last?.parent ? this.root.querySelector(`li[data-id="${CSS.escape(last.parent)}"]`) : null;
    if (!item || (last.parent && !parent)) return;
    this.remember();
    const before = place(item);
    putAt(item, { list: parent ? innerList(parent) : this.root, position: last.position });
    item.querySelector(".sort-grip")?.focus();
    this.moved(item, before);
  }

  say(words, undo = false, refused = false) {
    this.status.hidden = false;
    this.status.classList.toggle("is-refused", refused);
    this.message.textContent = words;
    this.undo.hidden = !undo;
  }
}

document.querySelectorAll("[data-sortable]").forEach((root) => new SortableList(root));
