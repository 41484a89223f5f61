import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sh } from '#engine/shell/quote.ts';
import { Agent } from '../../lib/ssh/support/agent.ts';
import { failuresIn } from './failures.ts';
import { ended, type RotaOutput, type TestLab } from './test-lab.ts';

const PASSPHRASE = 'open sesame';
const SEEN_FROM = 'echo "$(hostname) from $(echo $SSH_CONNECTION | cut -d " " -f 1)"';

/** How a command went, and from which address each host was reached. */
export interface Reached extends RotaOutput {
  readonly origins: Readonly<Record<string, string>>;
}

interface Options {
  /** Lines of ssh_config before those that say user, key and known hosts. */
  readonly config?: readonly string[];
  /** The lab's, or another; false: none. */
  readonly key?: string | false;
  readonly known?: string;
}

/** Connects to the nodes of a light lab as an ssh_config says. */
export class LabConnections {
  readonly #testLab: TestLab;
  #files = 0;

  constructor(testLab: TestLab) {
    this.#testLab = testLab;
  }

  inventory(options: Options = {}): string {
    const path = this.#config(options);
    const hosts = this.#testLab.lab.nodes.map(
      ({ name, address }) => `    ${name}: { ansible_host: ${address} }`,
    );
    const vars = `  vars:\n    ansible_ssh_common_args: -F ${path}`;
    return this.#file('yaml', `all:\n  hosts:\n${hosts.join('\n')}\n${vars}\n`);
  }

  #config({ config = [], key, known }: Options): string {
    const { dir } = this.#testLab.lab;
    const lines = [
      ...config,
      'Host *',
      'User root',
      ...(key === false ? [] : [`IdentityFile ${key ?? join(dir, 'id')}`, 'IdentityAgent none']),
      `UserKnownHostsFile ${known ?? join(dir, 'known_hosts')}`,
    ];
    return this.#file('ssh_config', `${lines.join('\n')}\n`);
  }

  /** The ring of the lab, over an ssh_config of its own. */
  ring(options: Options): string {
    const path = this.#config(options);
    return this.#testLab.inventory(
      [/ansible_ssh_private_key_file: .*/, `ansible_ssh_common_args: -F ${path}`],
      [/ansible_ssh_common_args: -o .*\n/, '\n'],
    );
  }

  async exec(pattern: string, inventory: string, flags: readonly string[] = []): Promise<Reached> {
    const words = ['exec', pattern, inventory, ...flags, '--', SEEN_FROM];
    return reached(await this.#testLab.rota(...words));
  }

  async execOnTerminal(
    pattern: string,
    inventory: string,
    lines: readonly string[],
  ): Promise<Reached> {
    return await this.onTerminal(['exec', pattern, inventory, '--', SEEN_FROM], lines);
  }

  /** Rota with a terminal of its own, where each line is typed when something is asked. */
  async onTerminal(words: readonly string[], lines: readonly string[]): Promise<Reached> {
    const [nsenter = '', ...prefix] = this.#testLab.lab.prefix('control');
    const rota = sh`${[process.execPath, 'bin/rota.cjs', ...words]}`;
    const child = spawn(nsenter, [...prefix, 'script', '-qefc', rota, '/dev/null']);
    const left = [...lines];
    child.stdout.on('data', (text) => {
      for (const _ of `${text}`.matchAll(/: $/g)) child.stdin.write(`${left.shift() ?? ''}\r`);
    });
    return reached(await ended(child));
  }

  async withoutTerminal(pattern: string, inventory: string): Promise<Reached> {
    const [nsenter = '', ...prefix] = this.#testLab.lab.prefix('control');
    const words = [process.execPath, 'bin/rota.cjs', 'exec', pattern, inventory, '--', 'true'];
    return reached(await ended(spawn(nsenter, [...prefix, 'setsid', '--wait', ...words])));
  }

  /** The failures that rota printed; files have no numbers there. */
  failures(output: RotaOutput): string {
    return failuresIn(output, this.#testLab).replaceAll(/FOLDER\/\d+\./g, 'FOLDER/');
  }

  /** The lab's key with a passphrase. */
  lockedKey(): string {
    const path = this.#file('key', '');
    copyFileSync(join(this.#testLab.lab.dir, 'id'), path);
    execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', PASSPHRASE, '-f', path]);
    return path;
  }

  /** The lab's known hosts with node1's line changed; `other` is what another host's has for its key. */
  knownHosts(change: (line: string, other: string) => string): string {
    const lines = readFileSync(join(this.#testLab.lab.dir, 'known_hosts'), 'utf8').split('\n');
    const other = lines.find((line) => line.startsWith('10.77.0.12 ')) ?? '';
    const key = other.slice(other.indexOf(' '));
    const changed = lines.map((line) => (/^10\.77\.0\.11 /.test(line) ? change(line, key) : line));
    return this.#file('known_hosts', changed.join('\n'));
  }

  /** An ssh-agent that holds the lab's key, until it is disposed of. */
  async agent() {
    const socket = join(this.#testLab.folder, `${this.#files++}.agent`);
    return await Agent.with(socket, [join(this.#testLab.lab.dir, 'id')]);
  }

  #file(name: string, text: string): string {
    const path = join(this.#testLab.folder, `${this.#files++}.${name}`);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }
}

function reached(output: RotaOutput): Reached {
  const hosts = output.stdout.matchAll(/^(node\d) from ([\d.]+)\r?$/gm);
  const origins = [...hosts].map(([, host = '', from = '']) => [host, from] as const);
  return { ...output, origins: Object.fromEntries(origins.toSorted()) };
}
