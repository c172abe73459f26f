// A page without a browser. Import it before the modules under test, which look for `document` when they are loaded.
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!doctype html><html lang='en'><body></body></html>", {
  url: "http://127.0.0.1:8000/agenda/",
});

window.matchMedia = () => ({ matches: true });
for (const name of ["document", "window", "Node", "NodeFilter", "Event", "KeyboardEvent", "DOMParser"]) {
  globalThis[name] = name === "window" ? window : window[name];
}
globalThis.CSS = { escape: (text) => text };

export function show(markup) {
  document.body.innerHTML = markup;
  return document.body;
}
