/** The console's buffer: what is kept of output that may never end. */

import { ConsoleBuffer, MAX_LINE_CHARS, MAX_LINES, stripAnsi } from '@page/console-buffer';
import { describe, expect, test } from 'vitest';

function lines(buffer: ConsoleBuffer): string[] {
  const all: string[] = [];
  for (let i = buffer.first; i < buffer.end; i++) all.push(buffer.line(i).text);
  return all;
}

describe('ConsoleBuffer', () => {
  test('joins pieces of a line and splits at line ends', () => {
    const buffer = new ConsoleBuffer();
    buffer.write('out', 'one ');
    buffer.write('out', 'line\nand ano');
    expect(lines(buffer)).toEqual(['one line']);
    expect(buffer.open).toEqual({ kind: 'out', text: 'and ano' });
    buffer.write('out', 'ther\n');
    expect(lines(buffer)).toEqual(['one line', 'and another']);
    expect(buffer.open).toBeNull();
    expect(buffer.text()).toBe('one line\nand another');
  });

  test('keeps empty lines', () => {
    const buffer = new ConsoleBuffer();
    buffer.write('out', '\n\na\n\n');
    expect(lines(buffer)).toEqual(['', '', 'a', '']);
  });

  test('another kind of text begins a line of its own', () => {
    const buffer = new ConsoleBuffer();
    buffer.write('out', 'no newline');
    buffer.write('err', 'warning\n');
    expect(lines(buffer)).toEqual(['no newline', 'warning']);
    expect(buffer.line(0).kind).toBe('out');
    expect(buffer.line(1).kind).toBe('err');
  });

  test('drops the oldest lines and counts them', () => {
    const buffer = new ConsoleBuffer();
    for (let i = 0; i < 3 * MAX_LINES; i += 10) {
      buffer.write('out', Array.from({ length: 10 }, (_, k) => `${i + k}\n`).join(''));
    }
    expect(buffer.end).toBe(3 * MAX_LINES);
    expect(buffer.first).toBe(2 * MAX_LINES);
    expect(buffer.line(buffer.first).text).toBe(String(2 * MAX_LINES));
    expect(buffer.line(buffer.end - 1).text).toBe(String(3 * MAX_LINES - 1));
  });

  test('one huge message stays within the cap', () => {
    const buffer = new ConsoleBuffer();
    buffer.write('out', 'x\n'.repeat(5 * MAX_LINES));
    expect(buffer.end - buffer.first).toBe(MAX_LINES);
  });

  test('breaks a line without end', () => {
    const buffer = new ConsoleBuffer();
    for (let i = 0; i < 30; i++) buffer.write('out', 'x'.repeat(1000));
    expect(lines(buffer).every((line) => line.length === MAX_LINE_CHARS)).toBe(true);
    expect(buffer.open!.text.length).toBeLessThanOrEqual(MAX_LINE_CHARS);
    expect(buffer.text().replaceAll('\n', '').length).toBe(30_000);
  });

  test('a carriage return starts the line anew, as progress bars expect', () => {
    const buffer = new ConsoleBuffer();
    buffer.write('out', '10%\r20%');
    expect(buffer.open!.text).toBe('20%');
    buffer.write('out', '\r30%\r');
    expect(buffer.open!.text).toBe('30%');
    buffer.write('out', '100%\ndone\r\n');
    expect(lines(buffer)).toEqual(['100%', 'done']);
  });
});

describe('stripAnsi', () => {
  test('removes colours, cursor moves and titles', () => {
    expect(stripAnsi('\u001b[1;31mred\u001b[0m \u001b[2K\u001b]0;title\u0007plain')).toBe(
      'red plain',
    );
  });

  test('leaves brackets alone', () => {
    expect(stripAnsi('a[1] = [31m')).toBe('a[1] = [31m');
  });
});
