import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';

/** What the tokens of ssh_config(5) stand for, by their letter. */
export type Tokens = Readonly<Record<string, string>>;

/** The user who runs ssh, as it sees them: its `~` is of the user database, not of $HOME. */
export function localUser(): { readonly name: string; readonly home: string; readonly id: number } {
  try {
    const { username, homedir: home, uid } = userInfo();
    return { name: username, home, id: uid };
  } catch {
    // A container may run under a user id that has no name; its login would be root's.
    return { name: 'root', home: homedir(), id: process.getuid?.() ?? 0 };
  }
}

/** The tokens of ssh_config(5) that do not depend on the host. */
export function localTokens(): Tokens {
  const { name, home, id } = localUser();
  const machine = hostname();
  return {
    '%': '%',
    d: home,
    i: String(id),
    l: machine,
    L: machine.split('.')[0] ?? '',
    u: name,
  };
}

/** A token that is not known stays as it is. */
export function expandTokens(text: string, tokens: Tokens): string {
  return text.replace(/%(.)/g, (token, letter: string) => tokens[letter] ?? token);
}

/** A path of ssh_config: with `~`, `${NAME}` of the environment, and tokens. */
export function expandSshPath(path: string, tokens: Tokens): string {
  const named = path.replace(/\$\{(\w+)\}/g, (text, name: string) => process.env[name] ?? text);
  const whole = expandTokens(named, tokens);
  return whole === '~' || whole.startsWith('~/') ? join(localUser().home, whole.slice(1)) : whole;
}
