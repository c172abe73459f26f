// htmx with settings for a strict content security policy. Only pages that poll or swap load it.
import htmx from "htmx.org/dist/htmx.esm.js";
import { csrfToken } from "./csrf.js";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0, // pages of signed-in people are not stored in the browser
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "409|422", swap: true }, // a clash or a refused form is shown like any other response
    { code: "[45]..", swap: false, error: true },
  ],
});

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb === "get") return;
  const token = csrfToken(event.detail.elt);
  if (token) event.detail.headers["X-CSRFToken"] = token;
});

window.htmx = htmx;
