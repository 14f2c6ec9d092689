/**
 * Python's pickle: the instructions that saved tensors are made of (CPython's `pickletools.py`, protocols 2 to 5). Nothing
 * is imported and nothing runs: a global is a name, and `rules` decide what stands in for it. Every length is checked
 * against the bytes that are there, the steps are limited and nothing recurses, so nesting and memo tricks stay cheap.
 * Lists, tuples and sets are arrays, dictionaries are Maps; the text instructions of protocol 0 are refused.
 */
import { PickleBytes, type PickleSource } from './pickle-bytes.ts';

/** What a pickle may name, call and refer to; each function throws a WinnowError to refuse. */
export interface PickleRules {
  /** @param name module and name, e.g. "torch.FloatStorage" */
  admit(name: string): void;
  /** What a call of an admitted global gives; a class is made as an object of it. */
  call(name: string, args: readonly unknown[]): unknown;
  /** What a persistent id stands for. */
  persistent(id: unknown): unknown;
}

/** The name of a class or function, standing for itself. */
export class PickleGlobal {
  constructor(readonly name: string) {}
}

/** An object of an admitted class that nobody needs: whatever is put into it is dropped. */
export class PickleObject {}

/** BERT large takes 20,000 steps, with its optimizer 60,000; an empty dictionary a step, the dearest there is, takes 60 MB. */
const stepLimit = 300_000;
const newestProtocol = 5;

/**
 * Reads the one pickle that begins at `start`.
 * @returns its value, and the byte after it.
 * @throws WinnowError `bad-file` for a pickle that is cut off, damaged, too long or holds what tensors do not need; what
 * the rules throw.
 */
export function readPickle(
  bytes: Uint8Array,
  start: number,
  rules: PickleRules,
  source: PickleSource,
): { value: unknown; end: number } {
  const machine = new Machine(bytes, start, rules, source);
  for (let step = 0; step < stepLimit; step++) {
    const at = machine.position;
    const code = machine.uint(1);
    if (code === stop) return { value: machine.pop(), end: machine.position };
    const instruction = instructions.get(code);
    if (!instruction) {
      const shown = `0x${code.toString(16).padStart(2, '0')}`;
      return machine.fail(`uses the pickle instruction ${shown} at byte ${at}, which no saved tensor needs`);
    }
    instruction(machine);
  }
  return machine.fail(`holds a pickle of more than ${stepLimit} steps`);
}

/** The stack and the memo. */
class Machine extends PickleBytes {
  private readonly stack: unknown[] = [];
  /** Height of the stack at each open mark. */
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, unknown>();

  constructor(
    bytes: Uint8Array,
    start: number,
    private readonly rules: PickleRules,
    source: PickleSource,
  ) {
    super(bytes, start, source);
  }

  push(value: unknown): void {
    this.stack.push(value);
  }

  pop(): unknown {
    if (this.stack.length <= (this.marks.at(-1) ?? 0)) this.fail('holds a pickle that takes more than it has put down');
    return this.stack.pop();
  }

  top(): unknown {
    const value = this.pop();
    this.push(value);
    return value;
  }

  mark(): void {
    this.marks.push(this.stack.length);
  }

  /** What was put down since the last mark. */
  popMarked(): unknown[] {
    const height = this.marks.pop() ?? this.fail('holds a pickle that goes back to a mark it has not set');
    return this.stack.splice(height);
  }

  tuple(length: number): void {
    const values = Array.from({ length }, () => this.pop());
    this.push(values.reverse());
  }

  keep(index = this.memo.size): void {
    this.memo.set(index, this.top());
  }

  recall(index: number): void {
    if (!this.memo.has(index)) this.fail(`holds a pickle that refers to its value ${index} before there is one`);
    this.push(this.memo.get(index));
  }

  append(values: readonly unknown[]): void {
    const list = this.top();
    if (list instanceof PickleObject) return;
    if (!Array.isArray(list)) this.fail('holds a pickle that appends to what is no list');
    for (const value of values) list.push(value);
  }

  setItems(items: readonly unknown[]): void {
    const dictionary = this.top();
    if (dictionary instanceof PickleObject) return;
    if (!(dictionary instanceof Map) || items.length % 2 !== 0) {
      this.fail('holds a pickle that sets items of what is no dictionary');
    }
    for (let i = 0; i < items.length; i += 2) dictionary.set(items[i], items[i + 1]);
  }

  global(module: unknown, name: unknown): void {
    if (typeof module !== 'string' || typeof name !== 'string') this.fail('holds a pickled name that is no text');
    const full = `${module}.${name}`;
    this.rules.admit(full);
    this.push(new PickleGlobal(full));
  }

  reduce(): void {
    const args = this.pop();
    const called = this.pop();
    if (!(called instanceof PickleGlobal) || !Array.isArray(args)) {
      this.fail('holds a pickle that calls what is no function');
    }
    this.push(this.rules.call(called.name, args));
  }

  /** Attributes of a dictionary, such as the `_metadata` of a state dict, and of objects that nobody needs are dropped. */
  build(): void {
    this.pop();
    const built = this.top();
    if (!(built instanceof Map || built instanceof PickleObject))
      this.fail('holds a pickle that sets the attributes of what is no dictionary');
  }

  /** A class with its arguments, made without a call of its own. */
  newObject(named: boolean): void {
    if (named) this.pop();
    this.reduce();
  }

  persistent(): void {
    this.push(this.rules.persistent(this.pop()));
  }

  protocol(): void {
    const version = this.uint(1);
    if (version > newestProtocol) this.fail(`holds a pickle of protocol ${version}; the newest is ${newestProtocol}`);
  }
}

const stop = 0x2e;

/** By the names of `pickletools.py`. */
const instructions: ReadonlyMap<number, (machine: Machine) => void> = new Map([
  [0x80, (machine) => machine.protocol()],
  [0x95, (machine) => machine.frame()],
  [0x28, (machine) => machine.mark()],
  [0x30, (machine) => void machine.pop()],
  [0x31, (machine) => void machine.popMarked()],
  // NONE, NEWTRUE, NEWFALSE
  [0x4e, (machine) => machine.push(null)],
  [0x88, (machine) => machine.push(true)],
  [0x89, (machine) => machine.push(false)],
  // BININT, BININT1, BININT2, LONG1, LONG4, BINFLOAT
  [0x4a, (machine) => machine.push(machine.int32())],
  [0x4b, (machine) => machine.push(machine.uint(1))],
  [0x4d, (machine) => machine.push(machine.uint(2))],
  [0x8a, (machine) => machine.push(machine.integer(machine.uint(1)))],
  [0x8b, (machine) => machine.push(machine.integer(machine.uint(4)))],
  [0x47, (machine) => machine.push(machine.double())],
  // SHORT_BINUNICODE, BINUNICODE, BINUNICODE8, and SHORT_BINSTRING of Python 2
  [0x8c, (machine) => machine.push(machine.utf8(machine.uint(1)))],
  [0x58, (machine) => machine.push(machine.utf8(machine.uint(4)))],
  [0x8d, (machine) => machine.push(machine.utf8(machine.uint(8)))],
  [0x55, (machine) => machine.push(machine.latin1(machine.uint(1)))],
  // EMPTY_TUPLE, TUPLE1, TUPLE2, TUPLE3, TUPLE
  [0x29, (machine) => machine.tuple(0)],
  [0x85, (machine) => machine.tuple(1)],
  [0x86, (machine) => machine.tuple(2)],
  [0x87, (machine) => machine.tuple(3)],
  [0x74, (machine) => machine.push(machine.popMarked())],
  // EMPTY_LIST, APPEND, APPENDS, EMPTY_DICT, SETITEM, SETITEMS
  [0x5d, (machine) => machine.push([])],
  [0x61, (machine) => machine.append([machine.pop()])],
  [0x65, (machine) => machine.append(machine.popMarked())],
  [0x7d, (machine) => machine.push(new Map())],
  [0x73, (machine) => machine.setItems([machine.pop(), machine.pop()].reverse())],
  [0x75, (machine) => machine.setItems(machine.popMarked())],
  // BINPUT, LONG_BINPUT, MEMOIZE, BINGET, LONG_BINGET
  [0x71, (machine) => machine.keep(machine.uint(1))],
  [0x72, (machine) => machine.keep(machine.uint(4))],
  [0x94, (machine) => machine.keep()],
  [0x68, (machine) => machine.recall(machine.uint(1))],
  [0x6a, (machine) => machine.recall(machine.uint(4))],
  // SHORT_BINBYTES, BINBYTES, BINBYTES8
  [0x43, (machine) => machine.push(machine.bytesOf(machine.uint(1)))],
  [0x42, (machine) => machine.push(machine.bytesOf(machine.uint(4)))],
  [0x8e, (machine) => machine.push(machine.bytesOf(machine.uint(8)))],
  // EMPTY_SET, ADDITEMS, FROZENSET
  [0x8f, (machine) => machine.push([])],
  [0x90, (machine) => machine.append(machine.popMarked())],
  [0x91, (machine) => machine.push(machine.popMarked())],
  // NEWOBJ, NEWOBJ_EX
  [0x81, (machine) => machine.newObject(false)],
  [0x92, (machine) => machine.newObject(true)],
  // GLOBAL, STACK_GLOBAL, REDUCE, BUILD, BINPERSID
  [0x63, (machine) => machine.global(machine.line(), machine.line())],
  [
    0x93,
    (machine) => {
      const name = machine.pop();
      machine.global(machine.pop(), name);
    },
  ],
  [0x52, (machine) => machine.reduce()],
  [0x62, (machine) => machine.build()],
  [0x51, (machine) => machine.persistent()],
]);
