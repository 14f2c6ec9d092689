/** Bytes as text in base64; of numbers the little-endian bytes of float32 values, as run files hold weights. */

/** A multiple of three bytes, so that pieces of text join. */
const pieceBytes = 3 * 2 ** 13;

export function toBase64({ buffer, byteOffset, byteLength }: Float32Array | Uint8Array): string {
  let text = '';
  for (let at = 0; at < byteLength; at += pieceBytes) {
    const piece = new Uint8Array(buffer, byteOffset + at, Math.min(pieceBytes, byteLength - at));
    text += btoa(String.fromCharCode(...piece));
  }
  return text;
}

/** null: the text is no base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

/** null: the text is no base64, or not of whole numbers. */
export function floatsFromBase64(text: string): Float32Array<ArrayBuffer> | null {
  const bytes = fromBase64(text);
  return bytes !== null && bytes.length % 4 === 0 ? new Float32Array(bytes.buffer) : null;
}

/** Characters that so many numbers take. */
export function base64Length(floats: number): number {
  return 4 * Math.ceil((4 * floats) / 3);
}
