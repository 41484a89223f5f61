import type { Become } from '#engine/model/host.ts';
import { quote, sh } from '#engine/shell/quote.ts';

/** Words for the login's sh that run a script of sh as another user. */
export function becomeCommand(become: Become, script: string, prompt: string): string {
  return sh`exec env LC_ALL=C ${wordsOf(become, script, prompt)}`;
}

/** How the method asks for the password; undefined for one that is not to ask. */
export function promptOf({ method, password }: Become, prompt: string): RegExp | undefined {
  if (password === undefined || method === 'doas') return undefined;
  return method === 'sudo' ? new RegExp(prompt.trim()) : /assword[^\n]*: ?$/i;
}

/** The user's own shell runs what follows su's `-c`, and that may be none of POSIX. */
function wordsOf(become: Become, script: string, prompt: string): readonly string[] {
  const { method, user, executable, flags } = become;
  const program = executable ?? [method];
  const asUser = ['-u', user, '--', 'sh', '-c', script];
  switch (method) {
    case 'sudo': {
      const asking = become.password === undefined ? ['-n'] : ['-S', '-p', prompt];
      return [...program, ...asking, ...(flags ?? ['-H']), ...asUser];
    }
    case 'doas':
      return [...program, '-n', ...(flags ?? []), ...asUser];
    case 'su':
      return [...program, ...(flags ?? []), user, '-c', typed(script)];
  }
}

/**
 * What a login shell is told so that sh runs the script, with no arguments: one line, whose quotes mean the
 * same to sh, csh and fish. csh takes no line feed and no `!` in quotes, and fish reads backslashes there.
 */
export function typed(script: string): string {
  return `exec sh -c 'eval "shift; $(printf %b "$1")"' sh ${quote(spelled(script))}`;
}

/** As the %b of printf reads it: what is not a plain character of ASCII is a number. */
function spelled(script: string): string {
  return script.replace(/[^ -~]|[!'\\]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join(''),
  );
}
