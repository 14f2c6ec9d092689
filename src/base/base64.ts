/** Numbers as text: the little-endian bytes of float32 values in base64, as run files hold weights. */

/** A multiple of three bytes, so that pieces of text join. */
const pieceBytes = 3 * 2 ** 13;

export function floatsToBase64({ buffer, byteOffset, byteLength }: Float32Array): string {
  let text = '';
  for (let at = 0; at < byteLength; at += pieceBytes) {
    const piece = new Uint8Array(buffer, byteOffset + at, Math.min(pieceBytes, byteLength - at));
    text += btoa(String.fromCharCode(...piece));
  }
  return text;
}

/** null: the text is no base64, or not of whole numbers. */
export function floatsFromBase64(text: string): Float32Array<ArrayBuffer> | null {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return bytes.length % 4 === 0 ? new Float32Array(bytes.buffer) : null;
  } catch {
    return null;
  }
}

/** Characters that so many numbers take. */
export function base64Length(floats: number): number {
  return 4 * Math.ceil((4 * floats) / 3);
}
