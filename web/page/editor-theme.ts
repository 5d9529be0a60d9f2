/** The editor's look, from the page's custom properties so that both themes come from one place. */

import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags as t } from '@lezer/highlight';

const look = EditorView.theme({
  '&': {
    height: '100%',
    fontSize: 'var(--code-size)',
    backgroundColor: 'var(--panel)',
    color: 'var(--text)',
  },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6', overflow: 'auto' },
  '.cm-content': { padding: '12px 0 40px', caretColor: 'var(--accent-strong)' },
  '.cm-line': { padding: '0 16px 0 10px' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--accent-strong)', borderLeftWidth: '2px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { background: 'var(--selection)' },
  '.cm-activeLine': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'var(--line)' },
  '.cm-gutters': {
    backgroundColor: 'var(--panel)',
    color: 'var(--gutter)',
    border: 'none',
    paddingLeft: '6px',
  },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 8px 0 6px', minWidth: '28px' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLineGutter': { color: 'var(--text)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--match)',
    outline: 'none',
    borderRadius: '2px',
  },
  '.cm-placeholder': { color: 'var(--muted)' },
  '.cm-panels': { backgroundColor: 'var(--panel)', color: 'var(--text)' },
  '.cm-panels-bottom': { borderTop: '1px solid var(--line)' },
  '.cm-panel.cm-search': { padding: '8px 32px 8px 12px', fontFamily: 'var(--sans)' },
  '.cm-panel.cm-search label': { fontSize: '12.5px' },
  '.cm-textfield': {
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    padding: '3px 8px',
    fontSize: '12.5px',
    backgroundColor: 'var(--panel)',
    color: 'var(--text)',
  },
  '.cm-button': {
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    padding: '3px 9px',
    fontSize: '12.5px',
    backgroundColor: 'var(--raised)',
    backgroundImage: 'none',
    color: 'var(--text)',
  },
  '.cm-panel.cm-search [name=close]': { color: 'var(--muted)', fontSize: '18px', right: '8px' },
  '.cm-searchMatch': { backgroundColor: 'var(--warn-soft)', outline: '1px solid var(--warn)' },
  '.cm-selectionMatch': { backgroundColor: 'var(--match)' },
  '.cm-shownLine, &.cm-focused .cm-shownLine.cm-activeLine': {
    backgroundColor: 'var(--warn-soft)',
    boxShadow: 'inset 3px 0 0 var(--warn)',
  },
  '.cm-errorLine, &.cm-focused .cm-errorLine.cm-activeLine': {
    backgroundColor: 'var(--error-soft)',
    boxShadow: 'inset 3px 0 0 var(--error)',
  },
  '.cm-errorNote': {
    // No margins: CodeMirror would not count them in its heights.
    padding: '2px 16px 6px 10px',
    backgroundColor: 'var(--error-soft)',
    boxShadow: 'inset 3px 0 0 var(--error)',
    color: 'var(--error)',
    fontFamily: 'var(--sans)',
    fontSize: '12.5px',
    lineHeight: '1.45',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
});

const colours = HighlightStyle.define([
  { tag: [t.keyword, t.operatorKeyword, t.modifier, t.self], color: 'var(--syn-keyword)' },
  { tag: [t.string, t.special(t.string)], color: 'var(--syn-string)' },
  { tag: [t.number, t.bool, t.null], color: 'var(--syn-number)' },
  { tag: [t.lineComment, t.blockComment, t.docString], color: 'var(--syn-comment)' },
  {
    tag: [t.function(t.definition(t.variableName)), t.definition(t.className), t.className],
    color: 'var(--syn-definition)',
  },
  { tag: [t.function(t.variableName), t.function(t.propertyName)], color: 'var(--syn-call)' },
  { tag: [t.meta, t.annotation], color: 'var(--syn-keyword)' },
  { tag: [t.operator, t.punctuation], color: 'var(--syn-punct)' },
]);

export const editorTheme: Extension = [look, syntaxHighlighting(colours)];
