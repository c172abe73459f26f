// If the session ends while a page polls every few seconds (membership.permissions.sign_in_first), polling stops and a
// notice is shown once. The page stays open, so that nothing typed is lost.
export function start() {
  document.addEventListener("portal:signed-out", () => {
    const words = document.getElementById("signed-out");
    const main = document.getElementById("main");
    if (words && !document.querySelector("[data-signed-out]")) main.prepend(words.content.cloneNode(true));
  });
}
