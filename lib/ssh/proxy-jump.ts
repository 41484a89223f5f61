import type { SettingsRequest } from './read-settings.ts';

/**
 * The last of `[user@]host[:port],…`, with the others as what leads to it: `-J`. That is how ssh
 * itself goes about it: each jump host is the destination of an ssh of its own.
 */
export function parseJumps(proxyJump: string): SettingsRequest {
  const comma = proxyJump.lastIndexOf(',');
  const [, user, bracketed, bare = '', port] =
    /^(?:ssh:\/\/)?(?:(.*)@)?(?:\[(.*)\]|(.*?))(?::([0-9]+))?\/?$/.exec(
      proxyJump.slice(comma + 1),
    ) ?? [];
  return {
    address: bracketed ?? bare,
    words: [
      ...(user === undefined ? [] : ['-l', user]),
      ...(port === undefined ? [] : ['-p', port]),
      ...(comma === -1 ? [] : ['-J', proxyJump.slice(0, comma)]),
    ],
  };
}

/** The one option that an ssh hands down to those for its jump hosts. */
export function configWords(words: readonly string[]): readonly string[] {
  const index = words.findIndex((word) => /^-[46AaCKkqTvx]*F/.test(word));
  const word = words[index];
  if (word === undefined) return [];
  const file = word.slice(word.indexOf('F') + 1) || words[index + 1];
  return file === undefined ? [] : ['-F', file];
}
