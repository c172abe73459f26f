// Commands of the editor, as in ProseMirror: (state, dispatch) → whether the command can be applied here.
import { chainCommands, lift, splitBlockAs, toggleMark, wrapIn } from "prosemirror-commands";
import { liftListItem, sinkListItem, wrapInList } from "prosemirror-schema-list";
import { NodeSelection, Selection, TextSelection } from "prosemirror-state";
import { addColumnAfter, addColumnBefore, addRowAfter, addRowBefore, deleteColumn, deleteRow, deleteTable, goToNextCell, isInTable, mergeCells, selectedRect, splitCell, toggleHeader } from "prosemirror-tables";
import { LIMITS, schema } from "./schema.js";

const { nodes, marks } = schema;
const LISTS = [nodes.lettered_list, nodes.bullet_list];

/** Combine several commands into one that is undone as a whole. Nothing happens unless all of them can be applied. */
function together(...commands) {
  return (state, dispatch) => {
    const whole = state.tr;
    let now = state;
    for (const command of commands) {
      let made = null;
      if (!command(now, (tr) => (made = tr))) return false;
      if (!made) continue;
      made.steps.forEach((step) => whole.step(step));
      now = now.apply(made);
    }
    whole.setSelection(Selection.fromJSON(whole.doc, now.selection.toJSON()));
    dispatch?.(whole.scrollIntoView());
    return true;
  };
}

function ancestor(state, types) {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    if (types.includes($from.node(depth).type)) return { node: $from.node(depth), position: $from.before(depth), depth };
  }
  return null;
}

export const listAround = (state) => ancestor(state, LISTS);
export const quotationAround = (state) => ancestor(state, [nodes.quotation]);
export const tableAround = (state) => ancestor(state, [nodes.table]);

/** Lift the blocks out of lists and quotations to the top level of the text. */
function liftedOut(state, dispatch) {
  const whole = state.tr;
  let now = state;
  while (now.selection.$from.depth > 1) {
    let made = null;
    const liftOnce = listAround(now) ? liftListItem(nodes.list_item) : lift;
    if (isInTable(now) || !liftOnce(now, (tr) => (made = tr)) || !made) return false;
    made.steps.forEach((step) => whole.step(step));
    now = now.apply(made);
  }
  whole.setSelection(Selection.fromJSON(whole.doc, now.selection.toJSON()));
  dispatch?.(whole);
  return true;
}

/** Change the selected blocks to this type. They keep their ids, so that references to them stay valid. */
function become(type, attrs) {
  return (state, dispatch) => {
    const tr = state.tr;
    let fits = false;
    state.selection.ranges.forEach(({ $from, $to }) => {
      state.doc.nodesBetween($from.pos, $to.pos, (node, position, parent, index) => {
        if (!node.isTextblock) return true;
        if (!parent.canReplaceWith(index, index + 1, type)) return false;
        fits = true;
        tr.setBlockType(position, position + node.nodeSize, type, (old) => ({ ...attrs, id: old.attrs.id }));
        return false;
      });
    });
    if (fits) dispatch?.(tr);
    return fits;
  };
}

export const BLOCKS = {
  numbered: together(liftedOut, become(nodes.paragraph, { numbered: true })),
  plain: become(nodes.paragraph, { numbered: false }),
  heading1: together(liftedOut, become(nodes.heading, { level: 1 })),
  heading2: together(liftedOut, become(nodes.heading, { level: 2 })),
  heading3: together(liftedOut, become(nodes.heading, { level: 3 })),
  lettered: together(liftedOut, become(nodes.heading, { level: 2, lettered: true })),
};

/** Return the name in BLOCKS of the block with the cursor, or an empty string. */
export function blockKind(state) {
  const { parent } = state.selection.$from;
  if (parent.type === nodes.heading) return parent.attrs.lettered ? "lettered" : `heading${parent.attrs.level}`;
  if (parent.type !== nodes.paragraph) return "";
  return parent.attrs.numbered ? "numbered" : "plain";
}

function toggleList(type) {
  return (state, dispatch) => {
    const around = listAround(state);
    if (around && around.node.type === type) return liftListItem(nodes.list_item)(state, dispatch);
    if (around) {
      dispatch?.(state.tr.setNodeMarkup(around.position, type, { id: around.node.attrs.id }));
      return true;
    }
    return together(BLOCKS.plain, wrapInList(type))(state, dispatch);
  };
}

function toggleQuotation(state, dispatch) {
  if (quotationAround(state)) return lift(state, dispatch);
  return together(BLOCKS.plain, wrapIn(nodes.quotation))(state, dispatch);
}

export const lettered = toggleList(nodes.lettered_list);
export const bullets = toggleList(nodes.bullet_list);
export const quotation = toggleQuotation;
export const deeper = sinkListItem(nodes.list_item);
export const shallower = liftListItem(nodes.list_item);
export const strong = toggleMark(marks.strong);
export const emphasis = toggleMark(marks.emphasis);
export const superscript = toggleMark(marks.superscript);

/** Split a block: a paragraph after a heading or a numbered paragraph is numbered. */
export const splitOn = splitBlockAs((node, atEnd) => {
  if (!atEnd) return null;
  return { type: nodes.paragraph, attrs: { numbered: node.type === nodes.heading || Boolean(node.attrs.numbered) } };
});

/** Remove the number of a paragraph, for Enter in an empty one and Backspace at the beginning of one. */
function dropNumber(applies) {
  return (state, dispatch) => {
    const { $from, empty } = state.selection;
    if (!empty || !$from.parent.attrs.numbered || !applies($from)) return false;
    dispatch?.(state.tr.setNodeAttribute($from.before(), "numbered", false));
    return true;
  };
}
export const dropNumberWhenEmpty = dropNumber(($from) => $from.parent.content.size === 0);
export const dropNumberAtStart = dropNumber(($from) => $from.parentOffset === 0);

export function lineBreak(state, dispatch) {
  if (!state.selection.$from.parent.inlineContent) return false;
  dispatch?.(state.tr.replaceSelectionWith(nodes.line_break.create()).scrollIntoView());
  return true;
}

/** Move the block with the cursor, or its list item, before or after its neighbour. */
function move(direction) {
  return (state, dispatch) => {
    const { $from } = state.selection;
    const item = ancestor(state, [nodes.list_item]);
    const depth = item ? item.depth : 1;
    if ($from.depth < 1 && !(state.selection instanceof NodeSelection)) return false;
    const parent = $from.node(depth - 1);
    const index = $from.index(depth - 1);
    const other = index + direction;
    if (other < 0 || other >= parent.childCount) return false;
    if (!dispatch) return true;
    const node = parent.child(index);
    const from = $from.posAtIndex(index, depth - 1);
    const to = direction < 0 ? from - parent.child(other).nodeSize : from + parent.child(other).nodeSize;
    const tr = state.tr.delete(from, from + node.nodeSize).insert(to, node);
    const inside = state.selection.from - from;
    tr.setSelection(
      state.selection instanceof NodeSelection
        ? NodeSelection.create(tr.doc, to + inside)
        : TextSelection.near(tr.doc.resolve(to + inside)),
    );
    dispatch(tr.scrollIntoView());
    return true;
  };
}
export const moveUp = move(-1);
export const moveDown = move(1);

function insertInline(node) {
  return (state, dispatch) => {
    const { $from, $to } = state.selection;
    if (!$from.parent.inlineContent || !$from.parent.type.contentMatch.matchType(node.type)) return false;
    // Insert after a selected figure or reference instead of replacing it.
    const isSelected = state.selection instanceof NodeSelection && state.selection.node.isInline;
    const tr = isSelected ? state.tr.insert($to.pos, node) : state.tr.replaceSelectionWith(node, false);
    dispatch?.(tr.scrollIntoView());
    return true;
  };
}

export const insertFigure = (attrs) => insertInline(nodes.figure.create(attrs));
export const insertReference = (attrs) => insertInline(nodes.cross_reference.create(attrs));
export const canInsertFigure = insertFigure({ key: "app.subject:id:name" });
export const canInsertReference = insertReference({ target: "block" });

/** Insert a footnote at the end of the selection and select it, so that it opens. */
export function footnote(state, dispatch) {
  const { $to } = state.selection;
  if (!$to.parent.inlineContent || !$to.parent.type.contentMatch.matchType(nodes.footnote)) return false;
  if (dispatch) {
    const tr = state.tr.insert($to.pos, nodes.footnote.create());
    dispatch(tr.setSelection(NodeSelection.create(tr.doc, $to.pos)).scrollIntoView());
  }
  return true;
}

export function insertExhibit(attrs) {
  return (state, dispatch) => {
    const { $from } = state.selection;
    if (!$from.depth || isInTable(state)) return false;
    const after = $from.after(1);
    dispatch?.(state.tr.insert(after, nodes.exhibit.create(attrs)).scrollIntoView());
    return true;
  };
}

export function table(state, dispatch) {
  const { $from } = state.selection;
  if (!$from.depth || isInTable(state)) return false;
  if (dispatch) {
    const row = (type) => nodes.table_row.create(null, [0, 1, 2].map(() => type.createAndFill()));
    const made = nodes.table.create(null, [row(nodes.table_header), row(nodes.table_cell), row(nodes.table_cell)]);
    const after = $from.after(1);
    const tr = state.tr.insert(after, made);
    dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(after + 3))).scrollIntoView());
  }
  return true;
}

const rowAndOn = together(addRowAfter, goToNextCell(1));

/** Move to the next cell; after the last one, add a row. */
export const cellAfter = chainCommands(goToNextCell(1), (state, dispatch) => isInTable(state) && rowAndOn(state, dispatch));
export const cellBefore = goToNextCell(-1);

/** Limit the number of columns, because the server would refuse a wider table and all later steps. */
const widening = (command) => (state, dispatch) =>
  isInTable(state) && selectedRect(state).map.width < LIMITS.table_columns && command(state, dispatch);

export const TABLE = {
  rowBefore: addRowBefore,
  rowAfter: addRowAfter,
  deleteRow,
  columnBefore: widening(addColumnBefore),
  columnAfter: widening(addColumnAfter),
  deleteColumn,
  // Always the first row, wherever the cursor is.
  headerRow: toggleHeader("row"),
  mergeCells,
  splitCell,
  deleteTable,
};

/** Add a link to the selected words, or remove it if `href` is empty. Without a selection, insert the address as text. */
export function setLink(href) {
  return (state, dispatch) => {
    const { from, to, empty, $from } = state.selection;
    const range = empty ? linkRange($from) : { from, to };
    const tr = state.tr;
    if (!href) {
      if (!range) return false;
      tr.removeMark(range.from, range.to, marks.link);
    } else if (range) {
      tr.addMark(range.from, range.to, marks.link.create({ href }));
    } else {
      tr.insert(from, schema.text(href, [marks.link.create({ href })]));
    }
    dispatch?.(tr);
    return true;
  };
}

/** Return the range around the cursor that has the same link. */
export function linkRange($pos) {
  const { parent } = $pos;
  const here = marks.link.isInSet($pos.marks()) || marks.link.isInSet(parent.maybeChild($pos.index())?.marks || []);
  if (!here) return null;
  let from = $pos.start();
  let position = from;
  let inside = false;
  for (let index = 0; index < parent.childCount; index += 1) {
    const child = parent.child(index);
    const linked = here.isInSet(child.marks);
    if (linked && !inside) from = position;
    inside = linked;
    position += child.nodeSize;
    const next = index + 1 < parent.childCount && here.isInSet(parent.child(index + 1).marks);
    if (linked && !next && $pos.pos <= position && $pos.pos >= from) return { from, to: position, href: here.attrs.href };
  }
  return null;
}

export function setLanguage(lang) {
  return (state, dispatch) => {
    const { from, to, empty } = state.selection;
    if (empty) return false;
    const tr = state.tr.removeMark(from, to, marks.language);
    if (lang) tr.addMark(from, to, marks.language.create({ lang }));
    dispatch?.(tr);
    return true;
  };
}

export const setAttribute = (position, name, value) => (state, dispatch) => {
  dispatch?.(state.tr.setNodeAttribute(position, name, value));
  return true;
};

export function isMarked(state, type) {
  const { from, to, empty, $from } = state.selection;
  return empty
    ? Boolean(type.isInSet(state.storedMarks || $from.marks()))
    : state.doc.rangeHasMark(from, to, type);
}

