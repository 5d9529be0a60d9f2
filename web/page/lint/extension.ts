/** The notes in the editor: a dotted line below the code, a mark beside it, and a fix to accept. */
import { type Action, type Diagnostic, linter, lintGutter, lintKeymap } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import type { Language } from '@runtime/protocol';
import type { Fix, Note } from './notes';
import { lintPython } from './rules';

const LONGEST = 100_000;

export interface LintOptions {
  language: () => Language;
  /** A fix took this key out of the text. */
  onSecret: (secret: { name: string; value: string }) => void;
}

export function teachingNotes(options: LintOptions): Extension {
  const action = (fix: Fix): Action => ({
    name: fix.title,
    apply: (view) => {
      view.dispatch({ changes: fix.edits, userEvent: 'input.fix' });
      if (fix.secret) options.onSecret(fix.secret);
    },
  });
  const diagnostic = ({ from, to, rule, text, fixes }: Note): Diagnostic => ({
    from,
    to,
    severity: 'info',
    source: rule,
    message: text,
    actions: fixes.map(action),
  });
  return [
    linter(
      ({ state }) => {
        if (options.language() !== 'python' || state.doc.length > LONGEST) return [];
        return lintPython(state.doc.toString()).map(diagnostic);
      },
      { delay: 500 },
    ),
    lintGutter(),
    keymap.of(lintKeymap),
    look,
  ];
}

const look = EditorView.theme({
  '.cm-lintRange-info': {
    backgroundImage: 'none',
    textDecoration: 'underline dotted var(--warn)',
    textUnderlineOffset: '3px',
  },
  '.cm-gutter-lint': { width: '14px' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '0 1px' },
  '.cm-lint-marker-info': {
    width: '9px',
    height: '9px',
    marginTop: '6px',
    borderRadius: '50%',
    background: 'var(--warn)',
    content: 'normal',
  },
  '.cm-tooltip': {
    maxWidth: 'min(420px, calc(100vw - 24px))',
    border: '1px solid var(--line-strong)',
    borderRadius: '8px',
    background: 'var(--raised)',
    color: 'var(--text)',
    boxShadow: 'var(--shadow)',
    fontFamily: 'var(--sans)',
    fontSize: '13px',
  },
  '.cm-diagnostic': { padding: '8px 12px', borderLeft: 'none', whiteSpace: 'normal' },
  '.cm-diagnosticText': { display: 'block' },
  '.cm-diagnosticSource': { display: 'none' },
  '.cm-diagnosticAction': {
    margin: '6px 6px 0 0',
    padding: '3px 9px',
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    background: 'var(--accent-soft)',
    color: 'var(--text)',
    display: 'inline-block',
    cursor: 'pointer',
  },
});
