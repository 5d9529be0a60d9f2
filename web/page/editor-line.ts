/** A mark on the line that another view points to. */

import { StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';

const setLine = StateEffect.define<number>();
const lineMark = Decoration.line({ class: 'cm-shownLine' });

/** Any edit, and any cursor that the reader sets, removes the mark. */
export const shownLineField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setLine)) return Decoration.set([lineMark.range(effect.value)]);
    }
    return transaction.docChanged || transaction.selection ? Decoration.none : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Marks a line (one-based) and puts the cursor there. Only the editor scrolls, not the page. */
export function showLine(view: EditorView, number: number): void {
  const { doc } = view.state;
  const { from } = doc.line(Math.min(Math.max(number, 1), doc.lines));
  view.dispatch({ selection: { anchor: from }, effects: setLine.of(from) });
  const block = view.lineBlockAt(from);
  const { scrollDOM } = view;
  const { scrollTop, clientHeight } = scrollDOM;
  if (block.top < scrollTop || block.bottom > scrollTop + clientHeight) {
    scrollDOM.scrollTop = block.top - clientHeight / 2;
  }
}
