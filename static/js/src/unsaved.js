// <form data-unsaved>: asks before leaving the page with unsent changes.
export function start() {
  const changed = new Set();

  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-unsaved]");
    if (form) changed.add(form);
  });
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) changed.delete(event.target);
  });
  // An editor that saves automatically announces it: form.dispatchEvent(new Event("portal:saved", { bubbles: true }))
  document.addEventListener("portal:saved", (event) => changed.delete(event.target.closest("form")));
  window.addEventListener("beforeunload", (event) => {
    if ([...changed].some((form) => form.isConnected)) {
      event.preventDefault();
      event.returnValue = "";
    }
  });
}
