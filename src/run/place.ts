/** Where something was computed, in words. */
import { counted } from '../base/numbers.ts';
import type { RunFile } from './schema.ts';

export type PlaceFacts = RunFile['device'];

/** "WebGPU (Apple M2), Chrome 140", "WebAssembly, 4 threads, Chrome 140". */
export function placeText({ browser, ...device }: PlaceFacts): string {
  return `${deviceText(device)}, ${browser}`;
}

export function deviceText({ backend, adapter, threads }: Omit<PlaceFacts, 'browser'>): string {
  return backend === 'webgpu'
    ? `WebGPU (${adapter ?? 'unnamed adapter'})`
    : `WebAssembly, ${counted(threads, 'thread')}`;
}
