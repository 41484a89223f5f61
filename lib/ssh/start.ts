import { randomUUID } from 'node:crypto';

/** How far a command has come: its words were sent, the login's sh runs, and it runs itself. */
export type StartStage = 'sent' | 'logged-in' | 'begun';

/** Marks and prompts are short: of what else is said before the command, the end is enough. */
const LOOKED_AT = 8192;

/**
 * The start of a command, as it is seen in what comes back. After the login a mark with a process id
 * is printed to stderr, and where the command begins a mark to both streams. What is said before that
 * one is the login's, or that of sudo and su.
 */
export class Start {
  readonly #mark = `rota-${randomUUID()}`;
  readonly #begun = `\n${this.#mark} begun\n`;
  readonly #patterns = {
    login: new RegExp(`\n${this.#mark} (\\d+)\n`),
    begun: new RegExp(this.#begun),
  };
  /** What is to be looked at yet, byte for byte. */
  readonly #said = { stdout: '', stderr: '' };
  readonly #heard = { stdout: Buffer.of(), stderr: Buffer.of() };
  #stage: StartStage = 'sent';
  #pid: number | undefined;

  get stage(): StartStage {
    return this.#stage;
  }

  /** The process on the host that becomes another user. */
  get pid(): number | undefined {
    return this.#pid;
  }

  /** What asks for a password and can be nothing else. */
  get prompt(): string {
    return `${this.#mark} password: `;
  }

  /** What the login's sh says before it becomes another user. */
  get loginMark(): string {
    return `printf '\\n%s %s\\n' ${this.#mark} "$$" >&2\n`;
  }

  /** What comes before the command, in the same sh. */
  get commandMark(): string {
    const print = `printf '\\n%s begun\\n' ${this.#mark}`;
    return `${print}; ${print} >&2\n`;
  }

  /** Takes notice of what has come. */
  see(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    if (this.#stage === 'begun') return;
    this.#heard[stream] = Buffer.concat([this.#heard[stream], chunk]).subarray(-LOOKED_AT);
    this.#said[stream] += chunk.toString('latin1');
    const login = this.#found(this.#patterns.login);
    if (login !== undefined) {
      this.#pid = Number(login[1]);
      this.#stage = 'logged-in';
    }
    if (this.#found(this.#patterns.begun) !== undefined) this.#stage = 'begun';
    this.#said[stream] = this.#said[stream].slice(-LOOKED_AT);
  }

  /** Whether a prompt has come between the login and the command; each is told once. */
  isAsked(prompt: RegExp): boolean {
    return this.#stage === 'logged-in' && this.#found(prompt) !== undefined;
  }

  /** What of a stream is the command's own. */
  ownOf(stream: Buffer): Buffer {
    const at = stream.indexOf(this.#begun);
    return at < 0 ? stream : stream.subarray(at + this.#begun.length);
  }

  /** Hands on what is the command's own, as it comes. */
  reader(read: (chunk: Buffer) => void): (chunk: Buffer) => void {
    let before: Buffer | undefined = Buffer.of();
    return (chunk) => {
      if (before === undefined) return read(chunk);
      const all: Buffer = Buffer.concat([before, chunk]);
      const at = all.indexOf(this.#begun);
      before = at < 0 ? all.subarray(-this.#begun.length) : undefined;
      const own = all.subarray(at + this.#begun.length);
      if (before === undefined && own.length > 0) read(own);
    };
  }

  /** The end of what was said before the command, without marks and prompts. */
  get heard(): string {
    const { stdout, stderr } = this.#heard;
    const ours = new RegExp(`\\n?${this.#mark}(?: \\d+\\n| password: )`, 'g');
    const texts = [stdout, stderr].map((bytes) => bytes.toString().replace(ours, '').trim());
    return texts.filter(Boolean).join('\n').split('\n').slice(-20).join('\n');
  }

  /** What was looked for, with which all before it is done with. */
  #found(what: RegExp): RegExpExecArray | undefined {
    for (const stream of ['stdout', 'stderr'] as const) {
      const said = this.#said[stream];
      const found = what.exec(said);
      if (found === null) continue;
      this.#said[stream] = said.slice(found.index + found[0].length);
      return found;
    }
    return undefined;
  }
}
