// <form data-unsaved>: leaving the page with changes that were not sent asks first.
export function start() {
  const changed = new Set();

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-unsaved]");
    if (form) changed.add(form);
  });
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) changed.delete(event.target);
  });
  // An editor that saves by itself tells so: form.dispatchEvent(new Event("portal:saved", { bubbles: true }))
  document.addEventListener("portal:saved", (event) => changed.delete(event.target.closest("form")));
  window.addEventListener("beforeunload", (event) => {
    if ([...changed].some((form) => form.isConnected)) {
      event.preventDefault();
      event.returnValue = "";
    }
  });
}
