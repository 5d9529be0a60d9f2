/** String methods that depend on Unicode, which MicroPython knows only as far as ASCII. */

const titled = (text: string) =>
  text.replace(/\p{L}[\p{L}\p{M}]*/gu, (word) => {
    const [first, ...rest] = word;
    return first!.toUpperCase() + rest.join('').toLowerCase();
  });

const isTitle = (text: string) => /\p{L}/u.test(text) && titled(text) === text;
const cased = /[\p{Lu}\p{Ll}\p{Lt}]/u;
const all = (pattern: RegExp) => (text: string) => (pattern.test(text) ? 1 : 0);

/** The functions of the module `_gb_unicode`; tests give 0 or 1. */
export const unicodeModule = {
  upper: (text: string) => text.toUpperCase(),
  lower: (text: string) => text.toLowerCase(),
  casefold: (text: string) => text.replace(/ß|ẞ/g, 'ss').replace(/ς/g, 'σ').toLowerCase(),
  title: titled,
  capitalize: (text: string) => {
    const [first = '', ...rest] = text;
    return first.toUpperCase() + rest.join('').toLowerCase();
  },
  swapcase: (text: string) =>
    Array.from(text, (char) => {
      const lower = char.toLowerCase();
      return lower === char ? char.toUpperCase() : lower;
    }).join(''),
  isalnum: all(/^[\p{L}\p{N}]+$/u),
  isalpha: all(/^\p{L}+$/u),
  isdecimal: all(/^\p{Nd}+$/u),
  isdigit: all(/^[\p{Nd}²³¹⁰⁴-⁹₀-₉]+$/u),
  isnumeric: all(/^\p{N}+$/u),
  isidentifier: all(/^[\p{XID_Start}_]\p{XID_Continue}*$/u),
  isprintable: (text: string) => (/[\p{C}\p{Z}]/u.test(text.replace(/ /g, '')) ? 0 : 1),
  isspace: all(/^[\s\p{Cc}]+$/u),
  islower: (text: string) => (cased.test(text) && text.toLowerCase() === text ? 1 : 0),
  isupper: (text: string) => (cased.test(text) && text.toUpperCase() === text ? 1 : 0),
  istitle: (text: string) => (isTitle(text) ? 1 : 0),
};
