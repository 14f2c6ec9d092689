/** Byte-level texts: every UTF-8 byte as one printable character, as GPT-2 writes them. */

/** By byte: itself where Latin-1 prints it, else the next character from U+0100. */
const byteCharacters = ((): string[] => {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    return String.fromCharCode(printable ? byte : next++);
  });
})();

const printableAscii = /^[!-~]*$/;

export function toByteLevel(text: string): string {
  if (printableAscii.test(text)) return text;
  let result = '';
  for (const byte of new TextEncoder().encode(text)) result += byteCharacters[byte];
  return result;
}
