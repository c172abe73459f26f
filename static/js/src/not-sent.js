// A form that cannot be sent without a connection stays on its page with its text, and a notice says so. If the browser does
// not know that it is offline (the server is down), it shows its own error page, and typed.js restores the text afterwards.
// Forms sent by scripts: sortable.js shows its own notice, and htmx reports failures by an event.
const SENT_BY_SCRIPT = ".sort-buttons, [hx-post]";

export function start() {
  document.addEventListener(
    "submit",
    (event) => {
      if (navigator.onLine === false && event.target.method === "post" && !event.target.matches(SENT_BY_SCRIPT)) {
        event.preventDefault();
        event.stopImmediatePropagation();
        say(event.target);
      }
    },
    true,
  );
  document.addEventListener("htmx:sendError", (event) => {
    const form = event.target.closest("form");
    if (form && event.detail.requestConfig?.verb !== "get") say(form);
  });
  document.addEventListener("htmx:beforeRequest", (event) => event.target.querySelector?.("[data-not-sent]")?.remove());
  window.addEventListener("online", () => {
    for (const notice of document.querySelectorAll("[data-not-sent]")) notice.remove();
  });
}

function say(form) {
  const words = document.getElementById("not-sent");
  if (!words) return;
  form.querySelector("[data-not-sent]")?.remove();
  form.append(words.content.cloneNode(true));
  form.lastElementChild.focus();
}
