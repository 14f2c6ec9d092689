/** SHA-256 of texts: by the browser itself, which offers it where it calls the page's address secure; otherwise by hash-wasm. */
import { importPart } from './load-part.ts';

/** The SHA-256 of a text's UTF-8 bytes, as 64 hexadecimal digits. */
export async function sha256Text(text: string): Promise<string> {
  const { subtle } = globalThis.crypto as Partial<Crypto>;
  if (subtle === undefined) return (await importPart(() => import('hash-wasm'))).sha256(text);
  const hash = new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
