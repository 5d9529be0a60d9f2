/** Notes that teach: what a rule found in a snippet, why it matters, and what to do instead. */

export interface Edit {
  from: number;
  to: number;
  insert: string;
}

export interface Fix {
  title: string;
  edits: Edit[];
  /** A key that the fix takes out of the text. */
  secret?: { name: string; value: string };
}

export interface Note {
  rule: string;
  from: number;
  to: number;
  /** What it is and why it matters. */
  text: string;
  fixes: Fix[];
}
