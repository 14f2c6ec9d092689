/**
 * What is fuzzed: a parser, or the recognition of a whole drop. The runner (`npm run fuzz`) and the short run of the tests
 * feed each target its own seeds, mutated (`mutate.ts`), and `check` says what must hold of any input.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DroppedFile } from '../../src/data/cards.ts';
import { fileOf } from '../fixtures/files.ts';

export interface FuzzFile {
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** What one input consists of: for most parsers one file. */
export type Drop = readonly FuzzFile[];

export interface FuzzTarget {
  name: string;
  /** How often it is drawn beside the others: what is slow, and what has little to go wrong, less often. */
  share: number;
  /** Inputs that it takes; made when they are first needed. */
  seeds(): Drop[] | Promise<Drop[]>;
  /** Resolves when a value or a refusal came out and all that was promised of it holds; else rejects. */
  check(drop: Drop): Promise<void>;
  /** Whether files are renamed, doubled, exchanged and taken out too. */
  whole?: boolean;
  /** The page opens it in a worker of its own and ends that: its library may stop or hang, and that is no fault. */
  apart?: boolean;
}

const root = join(import.meta.dirname, '../..');

/** A file of this repository. */
export function stored(path: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(root, path)));
}

/** One of test/fixtures, under its own name or another. */
export function fixture(path: string, name = path.slice(path.lastIndexOf('/') + 1)): FuzzFile {
  return { path: name, bytes: stored(`test/fixtures/${path}`) };
}

export function textFile(path: string, text: string): FuzzFile {
  return { path, bytes: new TextEncoder().encode(text) };
}

export async function blobFile(path: string, blob: Blob): Promise<FuzzFile> {
  return { path, bytes: new Uint8Array(await blob.arrayBuffer()) };
}

/** A seed of one file for each of these. */
export function alone(files: readonly FuzzFile[]): Drop[] {
  return files.map((file) => [file]);
}

/** The first file as a browser gives it; an empty drop is an empty file. */
export function onlyFile(drop: Drop): File {
  const [{ path, bytes } = { path: 'empty', bytes: new Uint8Array() }] = drop;
  return fileOf(path.slice(path.lastIndexOf('/') + 1), bytes);
}

export async function onlyText(drop: Drop): Promise<string> {
  return onlyFile(drop).text();
}

export function droppedFiles(drop: Drop): DroppedFile[] {
  return drop.map((file) => ({ path: file.path, file: onlyFile([file]) }));
}

/** The same with 0 for −0, of which JSON as JavaScript writes it knows nothing. */
export function unsignedZeros(value: unknown): unknown {
  if (Object.is(value, -0)) return 0;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(unsignedZeros);
  if (value instanceof Map) return new Map(Array.from(value, ([key, own]) => [key, unsignedZeros(own)]));
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, unsignedZeros(own)]));
}
