import fc from 'fast-check';

const SURROGATES = 0xd800;
const SURROGATES_END = 0xe000;

/** As fast-check's unit of name `binary`, which takes a second to list them. */
const codePoint = fc
  .integer({ min: 0, max: 0x10ffff - (SURROGATES_END - SURROGATES) })
  .map((n) => String.fromCodePoint(n < SURROGATES ? n : n + SURROGATES_END - SURROGATES));

/** A text of any code points. */
export function anyText(more: { readonly maxLength?: number } = {}): fc.Arbitrary<string> {
  return fc.string({ ...more, unit: codePoint });
}
