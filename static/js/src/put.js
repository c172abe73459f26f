// <button data-put="…" data-into="id">: copies a text into a field (on the page that shows two versions).
export function start() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-put]");
    const box = button && document.getElementById(button.dataset.into);
    if (!box) return;
    if (box.type === "checkbox") box.checked = ["true", "on"].includes(button.dataset.put.toLowerCase());
    else box.value = button.dataset.put;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  });
}
