import { splitWords } from '../read/split-words.ts';

/** ssh's own options that say how to connect: those that stand alone, and those that take a value. */
const ALONE = '46AaCKkqTvx';
const WITH_VALUE = 'BbcFIiJlmopS';

/**
 * The words of arguments for `ssh`, split as a shell would; an error is a sentence. Only options
 * that say how to connect are let through: any other word would be taken for the host.
 */
export function readSshArguments(
  text: string,
): { readonly words: readonly string[] } | { readonly error: string } {
  const words = splitWords(text);
  if (words === undefined) return { error: 'A quote has no end: close it.' };
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const use = useOf(word);
    if (use === 'none')
      return { error: `Remove ${word}: it is no option for connecting with ssh.` };
    if (use === 'alone') continue;
    index += use === 'with the next' ? 1 : 0;
    if (words[index] === undefined) return { error: `Give ${word} a value.` };
  }
  return { words };
}

function useOf(word: string): 'alone' | 'with its value' | 'with the next' | 'none' {
  if (!/^-[^-]/.test(word)) return 'none';
  const letters = [...word.slice(1)];
  const index = letters.findIndex((letter) => !ALONE.includes(letter));
  const letter = letters[index];
  if (letter === undefined) return 'alone';
  if (!WITH_VALUE.includes(letter)) return 'none';
  return index === letters.length - 1 ? 'with the next' : 'with its value';
}
