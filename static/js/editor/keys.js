// Keyboard shortcuts. Those that have a button in the toolbar are shown there.
import { baseKeymap, chainCommands } from "prosemirror-commands";
import { InputRule, inputRules } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import { splitListItem } from "prosemirror-schema-list";
import * as commands from "./commands.js";
import { schema } from "./schema.js";
import { redoOwn, undoOwn } from "./undo.js";

const { nodes } = schema;

export function textKeys(editor) {
  return [
    keymap({
      "Mod-z": undoOwn,
      "Shift-Mod-z": redoOwn,
      "Mod-y": redoOwn,
      "Mod-b": commands.strong,
      "Mod-i": commands.emphasis,
      "Mod-.": commands.superscript,
      "Mod-k": () => editor.act("link"),
      "Alt-Shift-0": commands.BLOCKS.numbered,
      "Alt-Shift-9": commands.BLOCKS.plain,
      "Alt-Shift-1": commands.BLOCKS.heading1,
      "Alt-Shift-2": commands.BLOCKS.heading2,
      "Alt-Shift-3": commands.BLOCKS.heading3,
      "Alt-Shift-h": commands.BLOCKS.lettered,
      "Alt-Shift-7": commands.lettered,
      "Alt-Shift-8": commands.bullets,
      "Alt-Shift-q": commands.quotation,
      "Alt-Shift-f": commands.footnote,
      "Alt-Shift-g": () => editor.act("figure"),
      "Alt-Shift-r": () => editor.act("reference"),
      "Alt-ArrowUp": commands.moveUp,
      "Alt-ArrowDown": commands.moveDown,
      "Alt-Shift-t": commands.table,
      "Alt-F10": () => editor.focusToolbar(),
      "Mod-/": () => editor.act("keys"),
      "Mod-Alt-m": () => editor.act("comment"),
      "Shift-Enter": commands.lineBreak,
      Tab: chainCommands(commands.cellAfter, commands.deeper),
      "Shift-Tab": chainCommands(commands.cellBefore, commands.shallower),
      Enter: chainCommands(
        () => editor.enterSelected(),
        splitListItem(nodes.list_item),
        commands.dropNumberWhenEmpty,
      ),
      Backspace: commands.dropNumberAtStart,
    }),
    keymap({ ...baseKeymap, Enter: chainCommands(baseKeymapEnter, baseKeymap.Enter) }),
  ];
}

// Enter splits a block into two of the same type. Its other effects (in tables, in empty items) are ProseMirror's own.
function baseKeymapEnter(state, dispatch, view) {
  const { $from, empty } = state.selection;
  const plainSplit = $from.depth === 1 && $from.parent.isTextblock && (empty || state.selection.$to.sameParent?.($from));
  return plainSplit ? commands.splitOn(state, dispatch, view) : false;
}

/** Input rules at the beginning of a paragraph: `(a) ` and `- ` start a list, `1. ` a numbered paragraph. */
export function typedStructure() {
  const starts = (pattern, command) =>
    new InputRule(pattern, (state, match, start, end) => {
      const cleared = state.apply(state.tr.delete(start, end));
      let made = null;
      if (!command(cleared, (tr) => (made = tr))) return null;
      const whole = state.tr.delete(start, end);
      made.steps.forEach((step) => whole.step(step));
      return whole;
    });
  return inputRules({
    rules: [
      starts(/^\(?a\)\s$/, commands.lettered),
      starts(/^[-–•]\s$/, commands.bullets),
      starts(/^\d{1,3}\.\s$/, commands.BLOCKS.numbered),
    ],
  });
}
