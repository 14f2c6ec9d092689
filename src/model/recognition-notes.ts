/** Collects, while a model is looked at, which files are used, what is wrong with them and what is worth knowing. */
import { toPlainError, WinnowError, type Notice } from '../base/errors.ts';
import type { IgnoredFile, Recognition } from '../base/recognition.ts';
import type { SourceFile } from '../base/source-file.ts';

/** A config, or another small text of a model. */
export const textLimitBytes = 64 * 2 ** 20;

export type ModelRole = 'config' | 'tokenizer' | 'weights';

export class Notes implements Recognition<ModelRole> {
  readonly used = new Map<string, ModelRole>();
  readonly missing: Notice[] = [];
  readonly notices: Notice[] = [];
  readonly ignored: IgnoredFile[] = [];

  /** Runs `read` on a file; null, with a notice, when the file is absent, empty or wrong. @param name of an absent one */
  async attempt<T>(
    role: ModelRole,
    source: SourceFile | null | undefined,
    name: string,
    read: (source: SourceFile) => Promise<T>,
  ): Promise<T | null> {
    if (!source) {
      this.absent(name);
      return null;
    }
    try {
      this.use(role, [source]);
      if (source.file.size === 0) {
        const message = `\`${source.file.name}\` is empty (0 bytes).`;
        throw new WinnowError('bad-file', message, 'The file was probably not copied whole. Copy it again.');
      }
      return await read(source);
    } catch (error) {
      if (!(error instanceof WinnowError)) throw error;
      this.missing.push({ ...toPlainError(error), path: source.path });
      return null;
    }
  }

  use(role: ModelRole, files: readonly SourceFile[]): void {
    for (const { path } of files) this.used.set(path, role);
  }

  /** The first reason stands. */
  ignore(files: readonly SourceFile[], reason: string): void {
    for (const { path } of files) {
      const known = this.used.has(path) || this.ignored.some((file) => file.path === path);
      if (!known) this.ignored.push({ path, reason });
    }
  }

  /** @param files what to add, when another file would do as well */
  absent(name: string, why = '', files = name): void {
    const message = `\`${name}\` is missing${why}.`;
    const next = `Add ${files} from the model's folder.`;
    this.missing.push({ code: 'missing-file', message, next, path: null });
  }
}
