/** Numbers as text: little-endian bytes in base64, as run files hold weights (float32) and predictions. */

/** A multiple of three bytes, so that pieces of text join. */
const pieceBytes = 3 * 2 ** 13;

export function bytesToBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += pieceBytes)
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + pieceBytes)));
  return text;
}

/** null: the text is no base64. */
export function bytesFromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

export function floatsToBase64({ buffer, byteOffset, byteLength }: Float32Array): string {
  return bytesToBase64(new Uint8Array(buffer, byteOffset, byteLength));
}

/** null: the text is no base64, or not of whole numbers. */
export function floatsFromBase64(text: string): Float32Array<ArrayBuffer> | null {
  const bytes = bytesFromBase64(text);
  return bytes !== null && bytes.length % 4 === 0 ? new Float32Array(bytes.buffer) : null;
}

/** Characters that so many bytes take. */
export function base64Length(bytes: number): number {
  return 4 * Math.ceil(bytes / 3);
}
