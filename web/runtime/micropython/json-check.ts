/** Finds what is wrong with a JSON text, as CPython's `json` words it. */

class Problem {
  constructor(
    readonly message: string,
    readonly at: number,
  ) {}
}

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const WORDS = ['null', 'true', 'false', 'NaN', 'Infinity', '-Infinity'];

class Checker {
  private at = 0;

  constructor(private readonly text: string) {}

  document(): void {
    this.space();
    this.value();
    this.space();
    if (this.at < this.text.length) throw new Problem('Extra data', this.at);
  }

  private space(): void {
    SPACE.lastIndex = this.at;
    SPACE.exec(this.text);
    this.at = SPACE.lastIndex;
  }

  private value(): void {
    const char = this.text[this.at];
    if (char === '"') this.string();
    else if (char === '{') this.object();
    else if (char === '[') this.array();
    else this.atom();
  }

  private atom(): void {
    const word = WORDS.find((name) => this.text.startsWith(name, this.at));
    if (word) {
      this.at += word.length;
      return;
    }
    NUMBER.lastIndex = this.at;
    if (!NUMBER.test(this.text)) throw new Problem('Expecting value', this.at);
    this.at = NUMBER.lastIndex;
  }

  private string(): void {
    const start = this.at++;
    for (;;) {
      const char = this.text[this.at];
      if (char === undefined) throw new Problem('Unterminated string starting at', start);
      if (char === '"') break;
      if (char < ' ') throw new Problem('Invalid control character at', this.at);
      if (char === '\\') {
        const escaped = this.text[this.at + 1];
        if (escaped === undefined) throw new Problem('Unterminated string starting at', start);
        if (escaped === 'u') {
          if (!/^[0-9a-fA-F]{4}$/.test(this.text.slice(this.at + 2, this.at + 6))) {
            throw new Problem('Invalid \\uXXXX escape', this.at + 1);
          }
          this.at += 4;
        } else if (!'"\\/bfnrt'.includes(escaped)) {
          throw new Problem('Invalid \\escape', this.at);
        }
        this.at++;
      }
      this.at++;
    }
    this.at++;
  }

  private object(): void {
    this.at++;
    this.space();
    if (this.text[this.at] === '}') {
      this.at++;
      return;
    }
    for (;;) {
      if (this.text[this.at] !== '"') {
        throw new Problem('Expecting property name enclosed in double quotes', this.at);
      }
      this.string();
      this.space();
      if (this.text[this.at] !== ':') throw new Problem("Expecting ':' delimiter", this.at);
      this.at++;
      this.space();
      this.value();
      this.space();
      const char = this.text[this.at];
      if (char === '}') break;
      if (char !== ',') throw new Problem("Expecting ',' delimiter", this.at);
      this.at++;
      this.space();
    }
    this.at++;
  }

  private array(): void {
    this.at++;
    this.space();
    if (this.text[this.at] === ']') {
      this.at++;
      return;
    }
    for (;;) {
      this.value();
      this.space();
      const char = this.text[this.at];
      if (char === ']') break;
      if (char !== ',') throw new Problem("Expecting ',' delimiter", this.at);
      this.at++;
      this.space();
    }
    this.at++;
  }
}

const PAIR = /(\\*)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})/gi;

/** The module `_gb_json`. */
export const jsonModule = {
  /**
   * The text for MicroPython's own parser, which takes whatever it can make sense of and knows no
   * pairs of surrogates; or, behind an exclamation mark, position and message of the first mistake.
   */
  check(text: string): string {
    try {
      new Checker(text).document();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return `!${[...text.slice(0, error.at)].length}:${error.message}`;
    }
    const joined = text.replace(PAIR, (all, slashes: string, high: string, low: string) =>
      slashes.length % 2 === 1
        ? all
        : slashes + String.fromCharCode(Number.parseInt(high, 16), Number.parseInt(low, 16)),
    );
    return ` ${joined}`;
  },
};
