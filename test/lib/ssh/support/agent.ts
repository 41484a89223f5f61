import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';

/** An ssh-agent with keys in it, until it is disposed of. */
export class Agent implements AsyncDisposable {
  readonly socket: string;
  readonly #process;

  private constructor(socket: string) {
    this.socket = socket;
    this.#process = spawn('ssh-agent', ['-D', '-a', socket], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  }

  /** `askpass`: a program that prints the passphrase of those keys that are encrypted. */
  static async with(socket: string, keys: readonly string[], askpass?: string): Promise<Agent> {
    const agent = new Agent(socket);
    // Its socket is a file before it listens; what it prints comes after that.
    await once(agent.#process.stdout, 'data');
    agent.#add(
      keys,
      askpass === undefined ? {} : { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' },
    );
    return agent;
  }

  forgetAll(): void {
    this.#add(['-D']);
  }

  #add(words: readonly string[], ask: NodeJS.ProcessEnv = {}): void {
    const env = { ...process.env, SSH_AUTH_SOCK: this.socket, ...ask };
    execFileSync('ssh-add', ['-q', ...words], { env, stdio: 'ignore' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill();
    await ended;
  }
}
