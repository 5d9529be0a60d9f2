/**
 * Follows a pickle's instructions on paper: every value is a note of what it would be, and a global
 * is never more than its name. So it is known what a pickle would import, call and change.
 */

import {
  type Argument,
  argumentAt,
  type Disassembly,
  disassemble,
  opcodeAt,
  type Problem,
} from './disassemble';
import { arrayOf, isWrapper } from './joblib';
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
  /** How often what a call of it gave was called or changed in turn. */
  again: number;
  /** The first calls, with where they are made. */
  calls: Call[];
}

export interface Call {
  offset: number;
  text: string;
  /** The bytes that are its first argument, which some functions load as a pickle. */
  bytes?: { at: number; data: Uint8Array };
  /** The class of which it takes a member by a plain name, as pickles of enums do. */
  memberOf?: GlobalValue;
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
  /** Arrays that joblib wrote between the instructions. */
  arrays: {
    count: number;
    /** Pickles with the elements of those that hold objects. */
    pickles: number[];
    /** Some have elements of a kind whose size isn't known. */
    opaque: boolean;
  };
}

/** Calls of one name that are kept. */
export const MOST_CALLS = 200;
/** Stands for a name that is only known once the pickle runs. */
export const COMPUTED = '?';
const UNKNOWN: Value = { kind: 'unknown' };

/** Stands for what a program gives for a persistent id. */
export const PERSISTENT: GlobalValue = {
  kind: 'global',
  module: '',
  name: 'what persistent_load gives',
};

export interface Reading {
  code: Disassembly;
  trace: Trace;
}

/**
 * Reads and follows the pickle that begins at `start`.
 *
 * @param stepOver whether arrays that joblib wrote between the instructions are stepped over, as
 *   joblib does; pickle.load takes them for instructions
 */
export function follow(bytes: Uint8Array, start = 0, stepOver = true): Reading {
  const machine = new Machine(bytes, stepOver);
  const code = disassemble(bytes, start, (offset, end) => machine.step(offset, end));
  return { code, trace: machine.trace };
}

class Machine {
  private readonly arrays: Trace['arrays'] = { count: 0, pickles: [], opaque: false };
  /** Where the next instruction begins. */
  private next = 0;
  private readonly stack: Value[] = [];
  private readonly memo = new Map<number, Value>();
  private readonly uses = new Map<string, GlobalUse>();
  private fault: Problem | null = null;
  private protocol = 0;
  private persistent = 0;
  private offset = 0;
  private result: Value = UNKNOWN;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly stepOver: boolean,
  ) {}

  /** Follows the instruction at `offset`, which ends before `end`; gives where the next one is. */
  step(offset: number, end: number): number {
    this.offset = offset;
    this.next = end;
    const argument = argumentAt(this.bytes, offset);
    const step = this.steps[opcodeAt(this.bytes, offset).name];
    if (step) step(argument);
    else this.constant(argument);
    return this.next;
  }

  get trace(): Trace {
    return {
      globals: [...this.uses.values()],
      fault: this.fault,
      protocol: this.protocol,
      result: this.result,
      persistent: this.persistent,
      arrays: this.arrays,
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
    } else this.changed(target);
  }

  /** What a call gave is changed. */
  private changed(target: Value): void {
    const name = nameOf(target);
    const use = name && this.uses.get(keyOf(name));
    if (use) use.again++;
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
      const state = this.pop();
      this.build(this.top(), state);
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
    const [what, named] = id.kind === 'tuple' ? id.items : [];
    // PyTorch's old format has classes so, with their source: torch.load gives the class.
    if (what?.kind === 'text' && what.text === 'module' && named?.kind === 'global') {
      this.push(named);
    } else this.push({ kind: 'persistent', id });
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
    const key = keyOf(value);
    let known = this.uses.get(key);
    if (!known) {
      known = {
        module,
        name,
        offset: this.offset,
        times: 0,
        called: 0,
        again: 0,
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
      if (use.calls.length < MOST_CALLS) use.calls.push(this.described(value));
    } else if (target.kind === 'call' || target.kind === 'persistent') {
      // The result of one call is called: the first one's name stands for both.
      const name = nameOf(target);
      if (name) {
        const use = this.note(name, 'called');
        use.again++;
        if (use.calls.length < MOST_CALLS) {
          use.calls.push({ offset: this.offset, text: expression(value, this.bytes) });
        }
      }
    } else if (target.kind !== 'unknown') {
      this.fail(`calls ${article(target.kind)}.`);
    }
  }

  private described(value: CallValue): Call {
    const items = value.args.kind === 'tuple' ? value.args.items : [];
    const [first, second] = items;
    const bytes = first && pickledBytes(first, this.bytes);
    const member =
      items.length === 2 &&
      first?.kind === 'global' &&
      second?.kind === 'text' &&
      /^[A-Za-z]\w*$/.test(second.text);
    return {
      offset: this.offset,
      text: expression(value, this.bytes),
      ...(bytes ? { bytes } : {}),
      ...(member ? { memberOf: first } : {}),
    };
  }

  private build(target: Value, state: Value): void {
    if (target.kind === 'global') this.note(target, 'state set');
    else if (target.kind === 'call') {
      target.states ??= [];
      target.states.push(state);
      this.changed(target);
      if (this.stepOver && isWrapper(target)) this.array(state);
    } else if (target.kind !== 'unknown' && target.kind !== 'persistent') {
      this.fail(`sets the state of ${article(target.kind)}.`);
    }
  }

  /** joblib's stand-in for an array whose elements follow here. */
  private array(state: Value): void {
    const array = arrayOf(state, this.bytes, this.next);
    this.arrays.count++;
    if (!array) {
      this.arrays.opaque = true;
      return;
    }
    if (array.pickle) {
      this.arrays.pickles.push(this.next);
      this.next = disassemble(this.bytes, this.next).end;
    } else this.next = Math.min(array.end, this.bytes.length);
    this.stack.pop();
    this.stack.push({ kind: 'plain', text: array.text });
  }
}

/** The bytes that a value is; before protocol 3 they were written as text that is encoded. */
function pickledBytes(value: Value, bytes: Uint8Array): Call['bytes'] {
  if (value.kind === 'bytes') {
    return { at: value.start, data: bytes.subarray(value.start, value.end) };
  }
  if (value.kind !== 'call' || value.args.kind !== 'tuple') return undefined;
  const { target } = value;
  const [text, encoding] = value.args.items;
  if (target.kind !== 'global' || target.module !== '_codecs' || target.name !== 'encode') {
    return undefined;
  }
  if (text?.kind !== 'text' || encoding?.kind !== 'text' || encoding.text !== 'latin1') {
    return undefined;
  }
  return { at: 0, data: Uint8Array.from(text.text, (char) => char.charCodeAt(0)) };
}

const keyOf = ({ module, name }: GlobalValue) => `${module}\n${name}`;

function nameOf(value: Value): GlobalValue | null {
  let at = value;
  while (at.kind === 'call') at = at.target;
  if (at.kind === 'persistent') return PERSISTENT;
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
