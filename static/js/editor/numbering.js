// Numbers of blocks, computed as in texts/numbering.py and shown while people type. They are never stored.
import { Plugin, PluginKey } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";

const EXCERPT = 80;
const ROMAN = [
  [1000, "m"], [900, "cm"], [500, "d"], [400, "cd"], [100, "c"], [90, "xc"],
  [50, "l"], [40, "xl"], [10, "x"], [9, "ix"], [5, "v"], [4, "iv"], [1, "i"],
];
const HOLD_LISTS = new Set(["bullet_list", "list_item", "quotation", "table", "table_row", "table_cell", "table_header"]);
/** Remove the full stop after a number: it belongs to the list, not to a sentence that refers to the item. */
const unpointed = (printed) => printed.replace(/\.$/, "");
const fill = (pattern, value) => pattern.replace("{}", value);

function roman(number) {
  let rest = number;
  return ROMAN.map(([value, numeral]) => {
    const count = Math.floor(rest / value);
    rest -= count * value;
    return numeral.repeat(count);
  }).join("");
}

function letter(number) {
  let text = "";
  for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    text = String.fromCharCode(97 + ((rest - 1) % 26)) + text;
  }
  return text;
}

function itemNumber(place, style, depth, words) {
  if (style === "numbers") return `${place}.`;
  return fill(words.item, style === "roman" || depth % 2 ? roman(place) : letter(place));
}

/** Return the words of a block without footnotes. `read` returns the wording of a figure or reference. */
export function wordsOf(node, read = () => "") {
  if (node.isText) return node.text;
  if (node.type.name === "footnote") return "";
  if (node.isAtom) return read(node);
  const parts = [];
  node.forEach((child) => parts.push(wordsOf(child, read)));
  return parts.join("");
}

/** Return every number of the text in reading order: [{ id, position, size, printed, full }]. */
export function numbersOf(doc, outline) {
  const { words, annex, footnotes_before: footnotesBefore, footnotes_in_letters: inLetters } = outline;
  const numbers = [];
  const suffix = annex ? `, ${annex}` : "";
  const bear = (node, position, printed, full) =>
    numbers.push({
      id: node.attrs.id,
      type: node.type.name,
      position,
      size: node.nodeSize,
      printed,
      full,
      excerpt: (read) => wordsOf(node, read).slice(0, EXCERPT),
    });
  let paragraph = 0;
  let letters = new Map();

  function items(list, position, depth, before) {
    list.forEach((item, offset, index) => {
      const at = position + 1 + offset;
      const printed = itemNumber(index + 1, list.attrs.style, depth, words);
      const said = unpointed(printed);
      bear(item, at, printed, `${before}${said}${suffix}`);
      lists(item, at, depth, `${before}${said} `);
    });
  }

  // Each list inside a bullet, quotation or cell is numbered separately.
  function lists(block, position, depth, before) {
    const { name } = block.type;
    if (name === "lettered_list") {
      items(block, position, depth, before);
    } else if (HOLD_LISTS.has(name)) {
      const inside = name === "bullet_list" || name === "list_item" ? depth : 0;
      block.forEach((child, offset) => {
        const deeper = name === "list_item" && child.type.name === "lettered_list";
        lists(child, position + 1 + offset, inside + (deeper ? 1 : 0), before);
      });
    }
  }

  doc.forEach((block, position) => {
    const { attrs } = block;
    if (block.type.name === "heading") {
      letters = new Map([...letters].filter(([level]) => level <= attrs.level));
      if (attrs.lettered) {
        letters.set(attrs.level, (letters.get(attrs.level) || 0) + 1);
        const printed = letter(letters.get(attrs.level)).toUpperCase();
        bear(block, position, printed, fill(words.section, printed) + suffix);
      } else {
        letters.delete(attrs.level);
      }
    } else if (block.type.name === "paragraph" && attrs.numbered) {
      paragraph += 1;
      bear(block, position, String(paragraph), fill(words.paragraph, paragraph) + suffix);
    } else {
      lists(block, position, 0, paragraph ? `${fill(words.paragraph, paragraph)} ` : "");
    }
  });

  let footnote = footnotesBefore;
  doc.descendants((node, position) => {
    if (node.type.name !== "footnote") return true;
    footnote += 1;
    const printed = inLetters ? letter(footnote) : String(footnote);
    bear(node, position, printed, fill(words.footnote, printed));
    return false;
  });
  return numbers;
}

export const numbering = new PluginKey("numbering");
const sameNumbers = (one, other) =>
  one.length === other.length &&
  one.every((entry, index) => entry.id === other[index].id && entry.printed === other[index].printed);

function drawn(doc, numbers) {
  return DecorationSet.create(
    doc,
    numbers.map(({ position, size, printed }) => Decoration.node(position, position + size, { "data-number": printed })),
  );
}

/** Return the plugin. `outline` describes the rest of the document; `changed` is called when a number has changed. */
export function numberingPlugin(outline, changed) {
  const elsewhere = new Map(outline.targets.map((entry) => [entry.target, entry]));
  const known = (numbers) => {
    const targets = new Map(elsewhere);
    numbers.forEach(({ id, printed, full }) => targets.set(id, { target: id, number: unpointed(printed), full }));
    return targets;
  };
  const begin = (doc) => {
    const numbers = numbersOf(doc, outline);
    return { numbers, targets: known(numbers), set: drawn(doc, numbers) };
  };
  return new Plugin({
    key: numbering,
    state: {
      init: (config, state) => begin(state.doc),
      apply(tr, value) {
        if (!tr.docChanged) return value;
        const numbers = numbersOf(tr.doc, outline);
        if (!sameNumbers(numbers, value.numbers)) return begin(tr.doc);
        return { numbers, targets: value.targets, set: value.set.map(tr.mapping, tr.doc) };
      },
    },
    props: { decorations: (state) => numbering.getState(state).set },
    view: () => ({
      update(view, before) {
        if (numbering.getState(view.state).targets !== numbering.getState(before).targets) changed();
      },
    }),
  });
}
