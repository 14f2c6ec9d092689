/**
 * Chunks in memory, up to a budget in bytes. The first ones stay: epochs go through all chunks in a circle, where
 * dropping the least recently used would drop every chunk just before it is needed again. A chunk that exists nowhere
 * else is held whatever the budget. Two who ask for the same chunk at once read it once.
 */

type Role = 'droppable' | 'only copy';

export class ChunkMemory {
  private readonly held = new Map<number, { data: Float32Array; role: Role }>();
  private readonly reading = new Map<number, Promise<Float32Array | null>>();
  private bytes = 0;

  constructor(private readonly budgetBytes: number) {}

  /** The chunk from memory, or what `read` gives, which is then held as long as there is room. */
  get(chunk: number, read: () => Promise<Float32Array | null>): Promise<Float32Array | null> {
    const held = this.held.get(chunk);
    if (held) return Promise.resolve(held.data);
    const running = this.reading.get(chunk) ?? this.load(chunk, read);
    this.reading.set(chunk, running);
    return running;
  }

  set(chunk: number, data: Float32Array, role: Role): void {
    this.drop(chunk);
    if (role === 'droppable' && this.bytes + data.byteLength > this.budgetBytes) return;
    this.held.set(chunk, { data, role });
    this.bytes += data.byteLength;
    for (const [other, { role: otherRole }] of this.held) {
      if (this.bytes <= this.budgetBytes) return;
      if (otherRole === 'droppable') this.drop(other);
    }
  }

  private async load(chunk: number, read: () => Promise<Float32Array | null>): Promise<Float32Array | null> {
    try {
      const data = await read();
      if (data) this.set(chunk, data, 'droppable');
      return data;
    } finally {
      this.reading.delete(chunk);
    }
  }

  private drop(chunk: number): void {
    this.bytes -= this.held.get(chunk)?.data.byteLength ?? 0;
    this.held.delete(chunk);
  }
}
