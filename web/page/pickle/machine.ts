/**
 * Follows a pickle's instructions on paper: every value is a note of what it would be, and a global
 * is never more than its name. So it is known what a pickle would import, call and change.
 */

import { type Argument, argumentAt, type Disassembly, opcodeAt, type Problem } from './disassemble';
import { NEWEST_PROTOCOL } from './opcodes';
import { type CallValue, expression, type GlobalValue, type Value } from './values';

/** How a pickle uses a name. */
export type Use = 'named' | 'called' | 'state set';

export interface GlobalUse {
  module: string;
  name: string;
  /** Of the instruction that names it first. */
  offset: number;
  times: number;
  called: number;
  uses: Set<Use>;
  /** The first calls, with where they are made. */
  calls: { offset: number; text: string; bytes?: { start: number; end: number } }[];
}

export interface Trace {
  globals: GlobalUse[];
  /** Where an unpickler would stop with an error, though the instructions are well formed. */
  fault: Problem | null;
  protocol: number;
  /** What the whole pickle gives. */
  result: Value;
  /** Objects kept outside of the pickle, as tensors' elements are. */
  persistent: number;
}

/** Calls of one name that are kept. */
export const MOST_CALLS = 200;
/** Stands for a name that is only known once the pickle runs. */
export const COMPUTED = '?';
const UNKNOWN: Value = { kind: 'unknown' };

export function trace(code: Disassembly): Trace {
  return new Machine(code).run();
}

class Machine {
  private readonly bytes: Uint8Array;
  private readonly stack: Value[] = [];
  private readonly memo = new Map<number, Value>();
  private readonly uses = new Map<string, GlobalUse>();
  private fault: Problem | null = null;
  private protocol = 0;
  private persistent = 0;
  private offset = 0;
  private result: Value = UNKNOWN;

  constructor(private readonly code: Disassembly) {
    this.bytes = code.bytes;
  }

  run(): Trace {
    for (const offset of this.code.offsets) {
      this.offset = offset;
      const argument = argumentAt(this.bytes, offset);
      const step = this.steps[opcodeAt(this.bytes, offset).name];
      if (step) step(argument);
      else this.constant(argument);
    }
    return {
      globals: [...this.uses.values()],
      fault: this.fault,
      protocol: this.protocol,
      result: this.result,
      persistent: this.persistent,
    };
  }

  private fail(text: string): void {
    const { name } = opcodeAt(this.bytes, this.offset);
    this.fault ??= { offset: this.offset, text: `${name} ${text}` };
  }

  private push(value: Value): void {
    this.stack.push(value);
  }

  private pop(): Value {
    const value = this.stack.pop();
    if (value && value.kind !== 'mark') return value;
    this.fail('takes a value from an empty stack.');
    if (value) this.stack.push(value);
    return UNKNOWN;
  }

  private top(): Value {
    const value = this.stack.at(-1);
    if (value && value.kind !== 'mark') return value;
    this.fail('takes a value from an empty stack.');
    return UNKNOWN;
  }

  /** The values since the last MARK, which they and it leave. */
  private popMark(): Value[] {
    let at = this.stack.length - 1;
    while (at >= 0 && this.stack[at]?.kind !== 'mark') at--;
    if (at < 0) {
      this.fail('looks for a MARK that is not there.');
      return this.stack.splice(0);
    }
    const items = this.stack.splice(at + 1);
    this.stack.pop();
    return items;
  }

  private last(count: number): Value[] {
    const items: Value[] = [];
    for (let i = 0; i < count; i++) items.unshift(this.pop());
    return items;
  }

  /** More items for the container on top; an object of a class of the file's choosing has its own. */
  private extend(items: readonly Value[], own: Value['kind'], what: string): void {
    const target = this.top();
    if (target.kind === own && 'items' in target) {
      for (const item of items) target.items.push(item);
    } else if (
      target.kind !== 'call' &&
      target.kind !== 'unknown' &&
      target.kind !== 'persistent'
    ) {
      if (target.kind === 'global') this.note(target, 'state set');
      else this.fail(`${what} ${article(target.kind)}.`);
    }
  }

  private readonly named = (argument: Argument): GlobalValue => {
    const { module, name } = argument as Argument & { kind: 'name' };
    return this.global(module, name);
  };

  private readonly steps: Record<string, (argument: Argument) => void> = {
    PROTO: (argument) => {
      this.protocol = Number(textOf(argument));
      if (this.protocol <= NEWEST_PROTOCOL) return;
      this.fail(`asks for protocol ${this.protocol}; there are 0 to ${NEWEST_PROTOCOL}.`);
    },
    FRAME: () => {},
    STOP: () => {
      this.result = this.pop();
    },
    NONE: () => this.push({ kind: 'plain', text: 'None' }),
    NEWTRUE: () => this.push({ kind: 'plain', text: 'True' }),
    NEWFALSE: () => this.push({ kind: 'plain', text: 'False' }),
    MARK: () => this.push({ kind: 'mark' }),
    POP: () => {
      if (this.stack.pop() === undefined) this.fail('takes a value from an empty stack.');
    },
    POP_MARK: () => this.popMark(),
    DUP: () => this.push(this.top()),
    GET: (argument) => this.recall(argument),
    BINGET: (argument) => this.recall(argument),
    LONG_BINGET: (argument) => this.recall(argument),
    PUT: (argument) => this.memo.set(this.index(argument), this.top()),
    BINPUT: (argument) => this.memo.set(this.index(argument), this.top()),
    LONG_BINPUT: (argument) => this.memo.set(this.index(argument), this.top()),
    MEMOIZE: () => this.memo.set(this.memo.size, this.top()),
    EMPTY_LIST: () => this.push({ kind: 'list', items: [] }),
    EMPTY_TUPLE: () => this.push({ kind: 'tuple', items: [] }),
    EMPTY_DICT: () => this.push({ kind: 'dict', items: [] }),
    EMPTY_SET: () => this.push({ kind: 'set', items: [] }),
    LIST: () => this.push({ kind: 'list', items: this.popMark() }),
    TUPLE: () => this.push({ kind: 'tuple', items: this.popMark() }),
    DICT: () => this.push({ kind: 'dict', items: this.popMark() }),
    FROZENSET: () => this.push({ kind: 'frozenset', items: this.popMark() }),
    TUPLE1: () => this.push({ kind: 'tuple', items: this.last(1) }),
    TUPLE2: () => this.push({ kind: 'tuple', items: this.last(2) }),
    TUPLE3: () => this.push({ kind: 'tuple', items: this.last(3) }),
    APPEND: () => this.extend(this.last(1), 'list', 'appends to'),
    APPENDS: () => this.extend(this.popMark(), 'list', 'appends to'),
    SETITEM: () => this.extend(this.last(2), 'dict', 'sets an item of'),
    SETITEMS: () => this.extend(this.popMark(), 'dict', 'sets items of'),
    ADDITEMS: () => this.extend(this.popMark(), 'set', 'adds to'),
    PERSID: (argument) => this.persist({ kind: 'text', text: textOf(argument) }),
    BINPERSID: () => this.persist(this.pop()),
    NEXT_BUFFER: () => this.push({ kind: 'unknown' }),
    READONLY_BUFFER: () => this.top(),
    GLOBAL: (argument) => this.push(this.named(argument)),
    STACK_GLOBAL: () => {
      const [module, name] = this.last(2);
      // No pickler takes a name from anything but a text; a call may give one, and none can tell which.
      const text = (value?: Value) => (value?.kind === 'text' ? value.text : COMPUTED);
      this.push(this.global(text(module), text(name)));
    },
    EXT1: (argument) => this.push(this.extension(argument)),
    EXT2: (argument) => this.push(this.extension(argument)),
    EXT4: (argument) => this.push(this.extension(argument)),
    INST: (argument) => {
      const args: Value = { kind: 'tuple', items: this.popMark() };
      this.call(this.named(argument), args);
    },
    OBJ: () => {
      const [target = UNKNOWN, ...items] = this.popMark();
      this.call(target, { kind: 'tuple', items });
    },
    REDUCE: () => {
      const args = this.pop();
      this.call(this.pop(), args);
    },
    NEWOBJ: () => {
      const args = this.pop();
      this.call(this.pop(), args);
    },
    NEWOBJ_EX: () => {
      const options = this.pop();
      const args = this.pop();
      this.call(this.pop(), args, options);
    },
    BUILD: () => {
      this.pop();
      this.build(this.top());
    },
  };

  private constant(argument: Argument): void {
    if (argument.kind === 'number') this.push({ kind: 'plain', text: argument.text });
    else if (argument.kind !== 'none' && argument.kind !== 'name') this.push(argument);
  }

  private index(argument: Argument): number {
    const text = textOf(argument);
    // The first protocol's 0 and 1 may be written like its booleans.
    const index = text === 'False' ? 0 : text === 'True' ? 1 : Number(text);
    if (!(index >= 0)) this.fail(`has the memo index ${text}.`);
    return index;
  }

  private recall(argument: Argument): void {
    const index = this.index(argument);
    const value = this.memo.get(index);
    if (!value) this.fail(`recalls memo ${index}, where nothing was put.`);
    this.push(value ?? UNKNOWN);
  }

  private persist(id: Value): void {
    this.persistent++;
    this.push({ kind: 'persistent', id });
  }

  private extension(argument: Argument): GlobalValue {
    return this.global('', `extension ${textOf(argument)} of copyreg`);
  }

  private global(module: string, name: string): GlobalValue {
    const value: GlobalValue = { kind: 'global', module, name };
    this.note(value, 'named');
    return value;
  }

  private note(value: GlobalValue, use: Use): GlobalUse {
    const { module, name } = value;
    const key = `${module}\n${name}`;
    let known = this.uses.get(key);
    if (!known) {
      known = {
        module,
        name,
        offset: this.offset,
        times: 0,
        called: 0,
        uses: new Set(),
        calls: [],
      };
      this.uses.set(key, known);
    }
    if (use === 'named') known.times++;
    if (use === 'called') known.called++;
    known.uses.add(use);
    return known;
  }

  private call(target: Value, args: Value, options?: Value): void {
    const value: CallValue = { kind: 'call', target, args, ...(options ? { options } : {}) };
    this.push(value);
    if (target.kind === 'global') {
      const use = this.note(target, 'called');
      if (use.calls.length < MOST_CALLS) {
        const first = args.kind === 'tuple' ? args.items[0] : undefined;
        use.calls.push({
          offset: this.offset,
          text: expression(value, this.bytes),
          ...(first?.kind === 'bytes' ? { bytes: { start: first.start, end: first.end } } : {}),
        });
      }
    } else if (target.kind === 'call') {
      // The result of one call is called: the first one's name stands for both.
      const name = nameOf(target);
      if (name) {
        const { calls } = this.note(name, 'called');
        if (calls.length < MOST_CALLS) {
          calls.push({ offset: this.offset, text: expression(value, this.bytes) });
        }
      }
    } else if (target.kind !== 'unknown' && target.kind !== 'persistent') {
      this.fail(`calls ${article(target.kind)}.`);
    }
  }

  private build(target: Value): void {
    if (target.kind === 'global') this.note(target, 'state set');
    else if (!['call', 'unknown', 'persistent'].includes(target.kind)) {
      this.fail(`sets the state of ${article(target.kind)}.`);
    }
  }
}

function nameOf(value: Value): GlobalValue | null {
  let at = value;
  while (at.kind === 'call') at = at.target;
  return at.kind === 'global' ? at : null;
}

const KINDS: Partial<Record<Value['kind'], string>> = {
  plain: 'a plain value',
  text: 'a text',
  bytes: 'bytes',
  bytearray: 'a bytearray',
};

function article(kind: Value['kind']): string {
  return KINDS[kind] ?? `a ${kind}`;
}

const textOf = (argument: Argument) => ('text' in argument ? argument.text : '');
