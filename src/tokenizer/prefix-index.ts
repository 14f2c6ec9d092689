/**
 * Finds the strings of a vocabulary that a text goes on with. The strings are sorted, and each step narrows the range of
 * those that still fit by one UTF-16 code unit: memory is the strings', however long they are.
 */
export class PrefixIndex {
  private readonly strings: string[];
  private readonly values: Int32Array;
  /** Range of the strings by their first code unit. */
  private readonly first = new Map<number, readonly [number, number]>();

  /** @param entries non-empty strings with a value of 32 bits; of equal strings the last counts. */
  constructor(entries: ReadonlyMap<string, number>) {
    this.strings = [...entries.keys()].filter((string) => string !== '').sort();
    this.values = Int32Array.from(this.strings, (string) => entries.get(string) ?? 0);
    for (let from = 0; from < this.strings.length;) {
      const unit = this.strings[from].charCodeAt(0);
      const to = this.boundary(from, this.strings.length, 0, unit + 1);
      this.first.set(unit, [from, to]);
      from = to;
    }
  }

  /** Whether some string starts with this code unit. */
  startsWith(unit: number): boolean {
    return this.first.has(unit);
  }

  /** Calls `found` for each string that `text` holds at `start`, the shortest first. */
  forEachPrefix(text: string, start: number, found: (length: number, value: number) => void): void {
    let [from, to] = this.first.get(text.charCodeAt(start)) ?? [0, 0];
    for (let depth = 1; from < to; depth++) {
      if (this.strings[from].length === depth) found(depth, this.values[from++]);
      if (from === to || start + depth >= text.length) return;
      const unit = text.charCodeAt(start + depth);
      // Mostly all that still fit go on alike.
      if (this.strings[from].charCodeAt(depth) === unit && this.strings[to - 1].charCodeAt(depth) === unit) continue;
      from = this.boundary(from, to, depth, unit);
      to = this.boundary(from, to, depth, unit + 1);
    }
  }

  /** The first of the strings [from, to), equal up to `depth`, that has `unit` or more there; shorter ones have less. */
  private boundary(from: number, to: number, depth: number, unit: number): number {
    let [low, high] = [from, to];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.strings[middle].charCodeAt(depth) >= unit) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
