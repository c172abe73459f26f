import { show } from "./page.js";
import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import { test } from "node:test";

const { window } = globalThis;
Object.defineProperty(window, "crypto", { value: webcrypto, configurable: true });
for (const name of ["FormData", "location"]) globalThis[name] = window[name];
Object.defineProperty(globalThis, "navigator", { value: { onLine: true }, configurable: true });
const { start } = await import("../../static/js/src/typed.js");
const { start: sayNotSent } = await import("../../static/js/src/not-sent.js");

const ANA = "typed:1:/agenda/:";
const BEN = "typed:2:/agenda/:";
const page = (person, token, text = "") => {
  document.body.dataset.person = person;
  return show(`<template id="typed-kept"><div data-typed-kept><button>Discard</button></div></template>
    <template id="not-sent"><div data-not-sent tabindex="-1">Not saved</div></template>
    <main><form method="post"><input type="hidden" name="submission" value="${token}">
    <textarea name="words">${text}</textarea></form></main>
    <form method="post" data-signs-out></form>`);
};
const record = (token, words) => JSON.stringify({ at: Date.now(), token, fields: { words: [words] } });
const words = () => document.querySelector("textarea").value;
const submit = (form) => form.dispatchEvent(new window.Event("submit", { bubbles: true, cancelable: true }));

test("text of one person is put back for that person and not for another", async () => {
  window.localStorage.setItem(ANA, record("old", "Private words"));
  page(2, "new");
  await start();
  assert.deepEqual([words(), document.querySelector("main [data-typed-kept]")], ["", null]);
  page(1, "new");
  await start();
  assert.equal(words(), "Private words");
  assert.notEqual(document.querySelector("main [data-typed-kept]"), null);
});

test("text of a form that the server has taken is forgotten, and other text is not", async () => {
  window.localStorage.setItem(ANA, record("taken", "Sent"));
  window.localStorage.setItem(BEN, record("waiting", "Not sent"));
  const digest = Buffer.from(await webcrypto.subtle.digest("SHA-256", Buffer.from("taken"))).toString("hex");
  // biome-ignore lint/suspicious/noDocumentCookie: as the server sets it
  document.cookie = `sent=${digest.slice(0, 16)}; path=/`;
  page(1, "fresh");
  await start();
  assert.deepEqual(
    [window.localStorage.getItem(ANA), window.localStorage.getItem(BEN) !== null, words(), document.cookie],
    [null, true, "", ""],
  );
});

test("signing out forgets everything that is kept in this browser", async () => {
  window.localStorage.setItem(ANA, record("a", "One"));
  window.sessionStorage.setItem("typed:0:/register/:", record("b", "Two"));
  window.localStorage.setItem("unrelated", "stays");
  page(1, "fresh");
  await start();
  submit(document.querySelector("[data-signs-out]"));
  assert.deepEqual([Object.keys(window.localStorage), Object.keys(window.sessionStorage)], [["unrelated"], []]);
});

test("a form that is sent without a connection stays with its text, and the page says so", () => {
  page(1, "fresh", "Half an hour of writing");
  sayNotSent();
  const form = document.querySelector("main form");
  navigator.onLine = false;
  assert.deepEqual([submit(form), submit(form), form.querySelectorAll("[data-not-sent]").length, words()],
    [false, false, 1, "Half an hour of writing"]);
  navigator.onLine = true;
  window.dispatchEvent(new window.Event("online"));
  assert.deepEqual([form.querySelectorAll("[data-not-sent]").length, submit(form)], [0, true]);
});

test("a form of a page that updates itself says when the portal cannot be reached", () => {
  page(1, "fresh", "Words");
  const form = document.querySelector("main form");
  const failed = (verb) =>
    form.dispatchEvent(new window.CustomEvent("htmx:sendError", { bubbles: true, detail: { requestConfig: { verb } } }));
  failed("get");
  assert.equal(form.querySelectorAll("[data-not-sent]").length, 0);
  failed("post");
  assert.deepEqual([form.querySelectorAll("[data-not-sent]").length, words()], [1, "Words"]);
});
