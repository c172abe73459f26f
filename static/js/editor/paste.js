// What is pasted from Word or a web page keeps its structure and loses its looks. Looks that mean something become marks
// first: the browser would not apply the styles of pasted markup under the portal's content security policy.
const STYLE = "data-pasted-style";
const DROPPED = "script, style, meta, link, title, o\\:p, xml, head, iframe, object, svg, form, input, button";

/** `style="…"` of every tag under another name, so that nothing tries to apply it, and no handlers at all. */
function renamed(html) {
  return html.replace(/<[a-z][^<>]*>/gi, (tag) =>
    tag
      .replace(/\sstyle\s*=\s*("[^"]*"|'[^']*')/gi, ` ${STYLE}=$1`)
      .replace(/\s(style|on[a-z]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)/gi, ""),
  );
}

const says = (style, property, pattern) => new RegExp(`(^|;)\\s*${property}\\s*:\\s*(${pattern})`, "i").test(style);

function wrap(element, tag) {
  const mark = element.ownerDocument.createElement(tag);
  mark.append(...element.childNodes);
  element.append(mark);
}

function unwrap(element) {
  element.replaceWith(...element.childNodes);
}

export function cleaned(html) {
  const page = new DOMParser().parseFromString(renamed(html), "text/html");
  // Word fences what only Word reads with conditional comments, which a browser shows as comments.
  const comments = page.createNodeIterator(page, NodeFilter.SHOW_COMMENT);
  const found = [];
  for (let comment = comments.nextNode(); comment; comment = comments.nextNode()) found.push(comment);
  found.forEach((comment) => comment.remove());
  page.querySelectorAll(DROPPED).forEach((element) => element.remove());
  page.querySelectorAll(`[${STYLE}]`).forEach((element) => {
    const style = element.getAttribute(STYLE);
    element.removeAttribute(STYLE);
    const name = element.localName;
    if ((name === "b" || name === "strong") && says(style, "font-weight", "normal|400")) unwrap(element);
    else if ((name === "i" || name === "em") && says(style, "font-style", "normal")) unwrap(element);
    else if (name === "span") {
      if (says(style, "display|mso-hide", "none|all")) element.remove();
      if (says(style, "font-weight", "bold|[6-9]00")) wrap(element, "strong");
      if (says(style, "font-style", "italic|oblique")) wrap(element, "em");
      if (says(style, "vertical-align", "super")) wrap(element, "sup");
    }
  });
  return page.body.innerHTML;
}
