// The session has ended while a page asks by itself every few seconds (membership.permissions.sign_in_first): it stops
// asking, and a notice says so once. The page is not left, so nothing typed is at risk.
export function start() {
  document.addEventListener("portal:signed-out", () => {
    const words = document.getElementById("signed-out");
    const main = document.getElementById("main");
    if (words && !document.querySelector("[data-signed-out]")) main.prepend(words.content.cloneNode(true));
  });
}
