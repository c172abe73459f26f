// The schema of texts, from the file that the server uses too, and the HTML of its nodes.
import { Schema } from "prosemirror-model";
import spec from "../../../texts/schema.json" with { type: "json" };

export const LIMITS = spec.limits;
const TYPE_OF = { string: "string", number: "number", boolean: "boolean" };

function isOf(type, value) {
  if (type === "null") return value === null;
  if (type === "list") return Array.isArray(value);
  return typeof value === TYPE_OF[type] && (type !== "number" || Number.isInteger(value));
}

/** Return a function that throws an exception if a value breaks the rule of schema.json for an attribute. */
function validator(where, rule) {
  const pattern = rule.pattern && new RegExp(rule.pattern);
  const items = rule.items && validator(`${where} item`, rule.items);
  return (value) => {
    const wrong =
      !rule.type.split("|").some((type) => isOf(type, value)) ||
      (value !== null &&
        ((pattern && !pattern.test(value)) ||
          (rule.one_of && !rule.one_of.includes(value)) ||
          ("minimum" in rule && (value < rule.minimum || value > rule.maximum)) ||
          ("max_length" in rule && value.length > rule.max_length)));
    if (wrong) throw new RangeError(`${where}: not allowed`);
    if (value !== null && items) value.forEach(items);
  };
}

function fits(node, attr, value) {
  try {
    validator(attr, (spec.nodes[node] || spec.marks[node]).attrs[attr].validate)(value);
    return true;
  } catch {
    return false;
  }
}

/** Return the attributes in an element's `data-…` that the schema allows. */
function read(node, dom, names) {
  const attrs = {};
  names.forEach((name) => {
    const value = dom.dataset[name];
    if (value !== undefined && fits(node, name, value)) attrs[name] = value;
  });
  return attrs;
}

const span = (node, dom, name) => {
  const value = Number(dom.getAttribute(name) || 1);
  return fits(node, name, value) ? value : 1;
};

const cell = (name, tag) => ({
  toDOM: ({ attrs }) => [
    tag,
    {
      ...(attrs.colspan > 1 ? { colspan: attrs.colspan } : {}),
      ...(attrs.rowspan > 1 ? { rowspan: attrs.rowspan } : {}),
    },
    0,
  ],
  parseDOM: [{ tag, getAttrs: (dom) => ({ colspan: span(name, dom, "colspan"), rowspan: span(name, dom, "rowspan") }) }],
});

const LIST_STYLES = { 1: "numbers", a: "letters", A: "letters", i: "roman", I: "roman" };

const NODES = {
  paragraph: {
    toDOM: ({ attrs }) => [
      "p",
      {
        "data-id": attrs.id,
        ...(attrs.numbered ? { class: "is-numbered" } : {}),
        ...(attrs.source ? { "data-source": attrs.source, "data-source_hash": attrs.source_hash } : {}),
      },
      0,
    ],
    parseDOM: [
      {
        tag: "p",
        getAttrs: (dom) => ({
          ...read("paragraph", dom, ["id", "source", "source_hash"]),
          numbered: dom.classList.contains("is-numbered"),
        }),
      },
    ],
  },
  heading: {
    toDOM: ({ attrs }) => [
      `h${attrs.level + 1}`,
      { "data-id": attrs.id, ...(attrs.lettered ? { class: "is-lettered" } : {}) },
      0,
    ],
    // The h1 of a page is its title, so h2 is level 1. A pasted h1 becomes level 1 too.
    parseDOM: [1, 2, 3, 4, 5, 6].map((number) => ({
      tag: `h${number}`,
      getAttrs: (dom) => ({
        ...read("heading", dom, ["id"]),
        level: Math.min(3, Math.max(1, number - 1)),
        lettered: dom.classList.contains("is-lettered"),
      }),
    })),
  },
  lettered_list: {
    toDOM: ({ attrs }) => ["ol", { "data-id": attrs.id, "data-style": attrs.style }, 0],
    parseDOM: [
      {
        tag: "ol",
        getAttrs: (dom) => ({
          style: LIST_STYLES[dom.getAttribute("type")] || "letters",
          ...read("lettered_list", dom, ["id", "style"]),
        }),
      },
    ],
  },
  bullet_list: {
    toDOM: ({ attrs }) => ["ul", { "data-id": attrs.id }, 0],
    parseDOM: [{ tag: "ul", getAttrs: (dom) => read("bullet_list", dom, ["id"]) }],
  },
  list_item: {
    toDOM: ({ attrs }) => ["li", { "data-id": attrs.id }, 0],
    parseDOM: [{ tag: "li", getAttrs: (dom) => read("list_item", dom, ["id"]) }],
  },
  quotation: {
    toDOM: ({ attrs }) => [
      "blockquote",
      { "data-id": attrs.id, ...(attrs.attribution ? { "data-attribution": attrs.attribution } : {}) },
      0,
    ],
    parseDOM: [{ tag: "blockquote", getAttrs: (dom) => read("quotation", dom, ["id", "attribution"]) }],
  },
  table: {
    toDOM: ({ attrs }) => [
      "table",
      { "data-id": attrs.id, ...(attrs.title ? { "data-title": attrs.title } : {}) },
      ["tbody", 0],
    ],
    parseDOM: [{ tag: "table", getAttrs: (dom) => read("table", dom, ["id", "title"]) }],
  },
  table_row: { toDOM: () => ["tr", 0], parseDOM: [{ tag: "tr" }] },
  table_cell: cell("table_cell", "td"),
  table_header: cell("table_header", "th"),
  exhibit: {
    toDOM: ({ attrs }) => ["div", { "data-exhibit": attrs.key, "data-id": attrs.id, "data-shows": attrs.shows }],
    parseDOM: [
      {
        tag: "div[data-exhibit]",
        getAttrs: (dom) =>
          fits("exhibit", "key", dom.dataset.exhibit) && {
            key: dom.dataset.exhibit,
            ...read("exhibit", dom, ["id", "shows"]),
          },
      },
    ],
  },
  line_break: { toDOM: () => ["br"], parseDOM: [{ tag: "br" }] },
  footnote: {
    toDOM: ({ attrs }) => ["span", { "data-footnote": "", "data-id": attrs.id }, 0],
    parseDOM: [{ tag: "span[data-footnote]", getAttrs: (dom) => read("footnote", dom, ["id"]) }],
  },
  cross_reference: {
    toDOM: ({ attrs }) => ["span", { "data-target": attrs.target, "data-reads": attrs.reads }],
    parseDOM: [
      {
        tag: "span[data-target]",
        getAttrs: (dom) =>
          fits("cross_reference", "target", dom.dataset.target) && read("cross_reference", dom, ["target", "reads"]),
      },
    ],
  },
  figure: {
    toDOM: ({ attrs }) => [
      "span",
      {
        "data-figure": attrs.key,
        "data-reads": attrs.reads,
        "data-gender": attrs.gender,
        ...(attrs.capital ? { "data-capital": "" } : {}),
      },
    ],
    parseDOM: [
      {
        tag: "span[data-figure]",
        getAttrs: (dom) =>
          fits("figure", "key", dom.dataset.figure) && {
            key: dom.dataset.figure,
            capital: "capital" in dom.dataset,
            ...read("figure", dom, ["reads", "gender"]),
          },
      },
    ],
  },
};

const MARKS = {
  link: {
    toDOM: ({ attrs }) => ["a", { href: attrs.href, rel: "noopener noreferrer" }, 0],
    parseDOM: [
      {
        tag: "a[href]",
        getAttrs: (dom) => fits("link", "href", dom.getAttribute("href")) && { href: dom.getAttribute("href") },
      },
    ],
  },
  language: {
    toDOM: ({ attrs }) => ["span", { lang: attrs.lang }, 0],
    parseDOM: [
      { tag: "span[lang]", getAttrs: (dom) => fits("language", "lang", dom.lang) && { lang: dom.lang }, priority: 40 },
    ],
  },
  emphasis: {
    toDOM: () => ["em", 0],
    parseDOM: [{ tag: "em" }, { tag: "i" }],
  },
  strong: {
    toDOM: () => ["strong", 0],
    parseDOM: [{ tag: "strong" }, { tag: "b" }],
  },
  superscript: { toDOM: () => ["sup", 0], parseDOM: [{ tag: "sup" }] },
};

function compiled(specs, drawn) {
  return Object.fromEntries(
    Object.entries(specs).map(([name, entry]) => {
      const attrs = Object.fromEntries(
        Object.entries(entry.attrs || {}).map(([attr, rules]) => [
          attr,
          { ...rules, validate: validator(`${name}.${attr}`, rules.validate) },
        ]),
      );
      return [name, { ...entry, ...(entry.attrs ? { attrs } : {}), ...(drawn[name] || {}) }];
    }),
  );
}

export const schema = new Schema({
  topNode: spec.topNode,
  nodes: compiled(spec.nodes, NODES),
  marks: compiled(spec.marks, MARKS),
});

/** Types of node that have a permanent id. */
export const WITH_ID = new Set(Object.keys(spec.nodes).filter((name) => "id" in (spec.nodes[name].attrs || {})));
export const READS = spec.nodes.figure.attrs.reads.validate.one_of;
export const isAllowedLink = (href) => fits("link", "href", href);
export const isKey = (key) => fits("figure", "key", key);
