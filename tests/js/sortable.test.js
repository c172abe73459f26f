import { show } from "./page.js";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const row = (id, inner = "") =>
  `<li data-id="${id}" data-label="Item ${id}"><div class="sort-row"><span class="sort-words">Item ${id}</span>
   <button class="sort-grip" type="button"></button><form class="sort-buttons" method="post">
   <button type="submit" name="move" value="up"></button></form></div>${inner}</li>`;
const list = (version, ...rows) =>
  `<ol id="agenda" data-sortable data-nested data-url="/agenda/move/" data-version="${version}">${rows.join("")}</ol>`;
const STATUS = `<div data-sort-status="agenda" hidden data-moved="{0} is now number {1} of {2}."
  data-moved-below="{0} is now number {1} of {2} under {3}." data-edge="{0} cannot be moved further in that direction."
  data-clash="Somebody was faster." data-failed="Not saved."><p role="status"></p><button data-undo hidden></button></div>`;

let sent = [];
let answer = null;

globalThis.fetch = async (_url, { body } = {}) => {
  if (body) sent.push(Object.fromEntries([...new Set(body.keys())].map((name) => [name, body.getAll(name).join(" ")])));
  const { status = 204, text = "", version = "8" } = answer ?? {};
  return { status, ok: status < 400, text: async () => text, headers: new Map([["X-Edit-Version", version]]) };
};

const order = () =>
  [...document.querySelectorAll("li[data-id]")].map((item) => {
    const parent = item.parentElement.closest("li[data-id]");
    return parent ? `${parent.dataset.id}>${item.dataset.id}` : item.dataset.id;
  });
const said = () => document.querySelector("[role=status]").textContent;
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

async function press(id, key) {
  const grip = document.querySelector(`li[data-id="${id}"] > .sort-row .sort-grip`);
  grip.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  await settled();
}

let count = 0;

beforeEach(async () => {
  [sent, answer] = [[], null];
  show(list(7, row(1), row(2), row(3)) + STATUS);
  count += 1;
  await import(`../../static/js/src/sortable.js?page=${count}`); // the module begins with the lists of the page
});

test("the arrow key moves an item, says so, and sends the new order with the version of the page", async () => {
  await press(1, "ArrowDown");
  assert.deepEqual(order(), ["2", "1", "3"]);
  assert.equal(said(), "Item 1 is now number 2 of 3.");
  assert.deepEqual(sent, [{ moved: "1", parent: "", order: "2 1 3", edit_version: "7" }]);
});

test("the next move carries the version that the server answered", async () => {
  await press(1, "ArrowDown");
  await press(1, "ArrowDown");
  assert.deepEqual(
    sent.map(({ order: ids, edit_version: version }) => [ids, version]),
    [
      ["2 1 3", "7"],
      ["2 3 1", "8"],
    ],
  );
});

test("an item at the edge stays, and nothing is sent", async () => {
  await press(1, "ArrowUp");
  assert.deepEqual([order(), said(), sent], [["1", "2", "3"], "Item 1 cannot be moved further in that direction.", []]);
});

test("an item goes below the one before it and out again", async () => {
  await press(2, "ArrowRight");
  assert.deepEqual([order(), said()], [["1", "1>2", "3"], "Item 2 is now number 1 of 1 under Item 1."]);
  await press(2, "ArrowLeft");
  assert.deepEqual(order(), ["1", "2", "3"]);
  assert.deepEqual(
    sent.map(({ parent, order: ids }) => [parent, ids]),
    [
      ["1", "2"],
      ["", "1 2 3"],
    ],
  );
});

test("a refused move shows the server's rows and its reason", async () => {
  answer = { status: 409, text: `<p data-clash-message>Read again.</p>${list(9, row(3), row(1), row(2))}` };
  await press(1, "ArrowDown");
  assert.deepEqual([order(), said()], [["3", "1", "2"], "Read again."]);
  assert.equal(document.getElementById("agenda").dataset.version, "9");
});

test("a move that could not be saved is put back", async () => {
  answer = { status: 500 };
  await press(1, "ArrowDown");
  assert.deepEqual([order(), said()], [["1", "2", "3"], "Not saved."]);
});

test("undo takes the last move back", async () => {
  await press(3, "ArrowUp");
  document.querySelector("[data-undo]").click();
  await settled();
  assert.deepEqual([order(), sent.at(-1).order], [["1", "2", "3"], "1 2 3"]);
});
