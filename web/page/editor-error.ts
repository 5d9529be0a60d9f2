/** The mark on the line where the last run failed: a tinted line with the message below it. */

import { type EditorState, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, WidgetType } from '@codemirror/view';

export interface ErrorMark {
  /** One-based, as tracebacks count. */
  line: number;
  message: string;
}

const setMark = StateEffect.define<ErrorMark | null>();
const lineMark = Decoration.line({ class: 'cm-errorLine' });

class ErrorNote extends WidgetType {
  constructor(private readonly message: string) {
    super();
  }

  override eq(other: ErrorNote): boolean {
    return other.message === this.message;
  }

  toDOM(): HTMLElement {
    const node = document.createElement('div');
    node.className = 'cm-errorNote';
    node.textContent = this.message;
    return node;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

function decorate(state: EditorState, mark: ErrorMark): DecorationSet {
  const line = state.doc.line(Math.min(Math.max(mark.line, 1), state.doc.lines));
  return Decoration.set([
    lineMark.range(line.from),
    Decoration.widget({ widget: new ErrorNote(mark.message), block: true, side: 1 }).range(line.to),
  ]);
}

/** Holds the mark; any edit removes it, because the message then speaks of older text. */
export const errorField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setMark)) {
        return effect.value ? decorate(transaction.state, effect.value) : Decoration.none;
      }
    }
    return transaction.docChanged ? Decoration.none : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export function showError(view: EditorView, mark: ErrorMark | null): void {
  view.dispatch({ effects: setMark.of(mark) });
}
