// <form data-confirm="…"> or <button data-confirm="…">: asks for confirmation of a small, reversible action.
// Actions with consequences have a separate page (components/confirm.html), with or without JavaScript.
export function start() {
  document.addEventListener(
    "submit",
    (event) => {
      const asker = [event.submitter, event.target].find((element) => element?.dataset.confirm);
      if (asker && !window.confirm(asker.dataset.confirm)) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    },
    true,
  );
}
