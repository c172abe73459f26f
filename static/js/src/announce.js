// [data-announce="key"]: reads changed text aloud once, from a live region that stays in the page.
const said = new Map();

export function start(root) {
  const speaker = document.getElementById("announcer");
  const found = [...root.querySelectorAll("[data-announce]")];
  for (const element of found) {
    const words = element.textContent.replace(/\s+/g, " ").trim();
    const before = said.get(element.dataset.announce);
    said.set(element.dataset.announce, words);
    if (before !== undefined && before !== words && speaker) speaker.textContent = words;
  }
}
