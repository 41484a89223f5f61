/** Splits a text as a POSIX shell does, quotes and backslashes taken away; undefined: an open quote. */
export function splitWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let rest = text.trimStart();
  while (rest !== '') {
    const word = WORD.exec(rest)?.[0] ?? '';
    if (word === '') return undefined;
    words.push(unquote(word));
    rest = rest.slice(word.length);
    if (rest !== '' && !/^\s/.test(rest)) return undefined;
    rest = rest.trimStart();
  }
  return words;
}

const WORD = /^(?:[^\s'"\\]|\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*")+/;

function unquote(word: string): string {
  return word.replace(
    /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])/g,
    (_, single, double, escaped) => {
      if (single !== undefined) return single;
      if (double !== undefined) return double.replace(/\\(["\\])/g, '$1');
      return escaped;
    },
  );
}
