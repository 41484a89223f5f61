import type { Connect, ExecOptions } from '#engine/model/session.ts';
import { escapeControl, escapeLines } from './escape.ts';
import type { Paint } from './paint.ts';
import type { WriteOut } from './report.ts';

/**
 * Sessions that show each script before it is sent, with dots for secrets: in whole the first time, to
 * other hosts by whom it was shown for, and to the same host no more.
 */
export function showingScripts(connect: Connect, write: WriteOut, paint: Paint): Connect {
  const scripts = new ScriptLines(paint);
  return async (host) => {
    const session = await connect(host);
    return {
      host,
      limits: session.limits,
      exec: async (command, options = {}) => {
        write(scripts.of(host.name, scriptOf(command, options)));
        return await session.exec(command, options);
      },
      expect: (command) => session.expect(command),
      [Symbol.asyncDispose]: async () => await session[Symbol.asyncDispose](),
    };
  };
}

/** What a host runs: the script on stdin, where there is one. */
function scriptOf(command: string, { stdin, readable }: ExecOptions): string {
  return readable?.() ?? (typeof stdin === 'string' ? stdin : command);
}

/** What makes each exchange another one: its mark, and how it writes the root of the host. */
const MARK = /rota-[0-9a-f]{24}|[./]{20,}/g;

class ScriptLines {
  readonly #paint: Paint;
  readonly #shown = new Map<string, string[]>();

  constructor(paint: Paint) {
    this.#paint = paint;
  }

  of(host: string, script: string): string {
    const key = script.replaceAll(MARK, '');
    const hosts = this.#shown.get(key) ?? [];
    const [first] = hosts;
    if (hosts.includes(host)) return '';
    this.#shown.set(key, [...hosts, host]);
    const lines = first === undefined ? escapeLines(script) : [`the same as ${first}`];
    const head = this.#paint('bold', `${escapeControl(host)}  is sent`);
    return `${head}\n${lines.map((line) => `  ${this.#paint('dim', line)}`).join('\n')}\n`;
  }
}
