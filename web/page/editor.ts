/** The snippet editor: CodeMirror 6 with only the extensions the page uses. */

import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { python } from '@codemirror/lang-python';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import {
  Compartment,
  EditorState,
  type Extension,
  Prec,
  type Transaction,
} from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view';
import type { Language } from '@runtime/protocol';
import { type ErrorMark, errorField, showError } from './editor-error';
import { showLine, shownLineField } from './editor-line';
import { editorTheme } from './editor-theme';

export interface EditorOptions {
  onRun: () => void;
  onChange: (source: string) => void;
  /** The reader moved the cursor to another line (one-based). */
  onCursor: (line: number) => void;
  /** The reader put other text in place of the whole snippet: it is no longer what it was. */
  onReplaced: () => void;
  /** Gives the cleaned form of pasted text, or null when there is nothing to clean. */
  clean: (text: string, language: Language) => { text: string; reasons: string[] } | null;
  /** Pasted text was cleaned; `undo` puts back what was pasted. */
  onCleaned: (reasons: string[], undo: () => void) => void;
  /** Shown while there is no text. */
  placeholder?: string;
  /** What this editor has beyond the others. */
  extensions?: Extension;
}

const pythonSupport: Extension = [python(), indentUnit.of('    '), EditorState.tabSize.of(4)];
const plainJavascript: Extension = [indentUnit.of('  '), EditorState.tabSize.of(2)];

/** Most visits never see JavaScript, so its parser is fetched when it is first needed. */
async function javascriptSupport(): Promise<Extension> {
  const { javascript } = await import('@codemirror/lang-javascript');
  return [javascript(), plainJavascript];
}

/** Whether the reader's own input replaced a whole snippet. */
function replacesAll(transaction: Transaction): boolean {
  const { length } = transaction.startState.doc;
  if (length === 0 || !transaction.isUserEvent('input')) return false;
  let whole = false;
  transaction.changes.iterChanges((from, to) => {
    whole ||= from === 0 && to === length;
  });
  return whole;
}

export class Editor {
  readonly view: EditorView;
  private readonly languageSlot = new Compartment();
  private current: Language = 'python';
  private cursorLine = 1;

  constructor(
    parent: HTMLElement,
    private readonly options: EditorOptions,
  ) {
    const run = () => {
      options.onRun();
      return true;
    };
    this.view = new EditorView({
      parent,
      state: EditorState.create({
        extensions: [
          Prec.highest(keymap.of([{ key: 'Mod-Enter', run, preventDefault: true }])),
          lineNumbers(),
          highlightActiveLineGutter(),
          highlightActiveLine(),
          highlightSpecialChars(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          highlightSelectionMatches(),
          errorField,
          shownLineField,
          placeholder(
            options.placeholder ?? 'Paste a PyTorch snippet, or choose one from Examples.',
          ),
          keymap.of([
            ...closeBracketsKeymap,
            ...defaultKeymap,
            ...searchKeymap,
            ...historyKeymap,
            // Escape and then Tab leaves the editor; CodeMirror keeps that way out open.
            indentWithTab,
          ]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({
            'aria-label': 'Snippet. Press Escape, then Tab, to leave the editor.',
            spellcheck: 'false',
            autocapitalize: 'off',
            // Also where it can't be edited: so it scrolls by key.
            tabindex: '0',
          }),
          EditorView.domEventHandlers({ paste: (event) => this.paste(event) }),
          EditorView.updateListener.of((update) => {
            if (update.selectionSet) this.cursorMoved();
            if (!update.docChanged) return;
            if (update.transactions.some(replacesAll)) options.onReplaced();
            options.onChange(this.source);
          }),
          this.languageSlot.of(pythonSupport),
          editorTheme,
          options.extensions ?? [],
        ],
      }),
    });
  }

  get source(): string {
    return this.view.state.doc.toString();
  }

  get language(): Language {
    return this.current;
  }

  setLanguage(language: Language): void {
    if (language === this.current) return;
    this.current = language;
    if (language === 'python') {
      this.useLanguage(pythonSupport);
      return;
    }
    this.useLanguage(plainJavascript);
    javascriptSupport().then(
      (support) => {
        if (this.current === 'javascript') this.useLanguage(support);
      },
      () => {
        // Without the parser the text is plain; it runs all the same.
      },
    );
  }

  private useLanguage(support: Extension): void {
    this.view.dispatch({ effects: this.languageSlot.reconfigure(support) });
  }

  /** Replace the whole snippet in one step that Undo takes back. */
  setSource(source: string): void {
    this.view.dispatch({
      changes: { from: 0, to: this.view.state.doc.length, insert: source },
      selection: { anchor: 0 },
      scrollIntoView: true,
    });
  }

  focus(): void {
    this.view.focus();
  }

  markError(mark: ErrorMark | null): void {
    showError(this.view, mark);
    if (!mark) return;
    const line = Math.min(Math.max(mark.line, 1), this.view.state.doc.lines);
    this.view.dispatch({
      effects: EditorView.scrollIntoView(this.view.state.doc.line(line).from, { y: 'nearest' }),
    });
  }

  private cursorMoved(): void {
    const { doc, selection } = this.view.state;
    const { number } = doc.lineAt(selection.main.head);
    if (number === this.cursorLine) return;
    this.cursorLine = number;
    this.options.onCursor(number);
  }

  /** Mark a line (one-based), without taking the focus. */
  showLine(number: number): void {
    showLine(this.view, number);
  }

  /** Put the cursor on a line (one-based) and show it. */
  goToLine(number: number): void {
    const { doc } = this.view.state;
    const line = doc.line(Math.min(Math.max(number, 1), doc.lines));
    this.view.dispatch({
      selection: { anchor: line.from },
      effects: EditorView.scrollIntoView(line.from, { y: 'center' }),
    });
    this.focus();
  }

  private paste(event: ClipboardEvent): boolean {
    const text = event.clipboardData?.getData('text/plain');
    if (!text) return false;
    const cleaned = this.options.clean(text, this.current);
    if (!cleaned || cleaned.text === text) return false;
    event.preventDefault();
    const { view } = this;
    const { from } = view.state.selection.main;
    view.dispatch(view.state.replaceSelection(cleaned.text), {
      userEvent: 'input.paste',
      scrollIntoView: true,
    });
    // Read back instead of computed: the document counts a line end as one character.
    const to = view.state.selection.main.head;
    const inserted = view.state.sliceDoc(from, to);
    this.options.onCleaned(cleaned.reasons, () => {
      // Only while the cleaned text still stands where it was put.
      if (view.state.sliceDoc(from, to) !== inserted) return;
      view.dispatch({
        changes: { from, to, insert: text },
        selection: { anchor: from + view.state.toText(text).length },
      });
      view.focus();
    });
    return true;
  }
}
