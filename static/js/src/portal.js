// Loaded by every page. All pages also work without it.
import { start as announce } from "./announce.js";
import { start as confirmActs } from "./confirm.js";
import { start as focusErrors } from "./errors.js";
import { start as sayNotSent } from "./not-sent.js";
import { start as putTexts } from "./put.js";
import { start as readerTime } from "./reader-time.js";
import { start as signedOut } from "./signed-out.js";
import { start as keepTyped } from "./typed.js";
import { start as guardUnsaved } from "./unsaved.js";

document.documentElement.classList.add("js");
sayNotSent();
confirmActs();
guardUnsaved();
keepTyped();
signedOut();
putTexts();

function refresh(root) {
  announce(root);
  readerTime(root);
  focusErrors(root);
}

refresh(document);
document.addEventListener("htmx:load", (event) => refresh(event.detail.elt));
