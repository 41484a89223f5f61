import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quote } from '#engine/shell/quote.ts';
import { completionLines } from '../../cli/complete/completion-lines.ts';
import { Desk } from './rota.ts';

/** The words that fit in place of the last one. */
async function completed(...words: readonly string[]): Promise<readonly string[]> {
  const rota = new Command('rota');
  for (const name of ['deploy', 'drain', 'exec', 'lab', 'lint', 'run']) rota.command(name);
  return (await completionLines(rota, words)).map((line) => line.split('\t')[0] ?? '');
}

const LAB = 'inventory/lab.yaml';

test.for<readonly [readonly string[], readonly string[]]>([
  [['l'], ['lab', 'lint']],
  [['lab', 'ma'], []],
  [['lab', '--dir', 'up', 'm'], ['mend']],
  [['lint', LAB, '--pl'], ['--playbook']],
  [['lint', LAB, '--', '--pl'], []],
  [['lint', 'inv'], [':files']],
  [['lint', '--playbook', 'playbooks/m'], ['playbooks/motd.ts']],
  [['run', 'playb'], ['playbooks/']],
  [['run', 'playbooks/motd.ts', 'inv'], [':files']],
  [
    ['drain', LAB, 'node1', 'n'],
    ['node1', 'node2', 'node3'],
  ],
  [['deploy', LAB, '--limit', 'c'], ['controllers']],
  [['deploy', LAB, '-l', 'all:!node1'], ['all:!node1']],
  [['deploy', '-i', LAB, '--limit=c'], ['--limit=controllers']],
  [['deploy', LAB, '--tags', 'pod,s'], ['pod,sysctl']],
  [['deploy', LAB, '--forks', ''], []],
  [['exec', 'all', LAB, '--', '--h'], []],
])('%j may be completed to %j', async ([words, fitting]) => {
  expect(await completed(...words)).toEqual(fitting);
});

describe('in a real shell', () => {
  const desk = new Desk();
  beforeAll(() => {
    const program = `exec ${quote(process.execPath)} ${quote(resolve('bin/rota.cjs'))} "$@"`;
    writeFileSync(desk.path('rota'), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
    mkdirSync(desk.path('plays'));
    desk.write('plays/site.ts', '');
    desk.write('hosts.yaml', 'web: {hosts: {"a$(touch hacked)": , web1.example.org: }}\n');
  });
  afterAll(() => desk.remove());

  /** What is in the line of an interactive shell after the TAB behind each of these lines. */
  async function typed(
    shell: string,
    begin: string,
    lines: readonly string[],
  ): Promise<readonly string[]> {
    const words = ['-qec', `${shell} -i`, '/dev/null'];
    const PATH = `${desk.folder}:${process.env['PATH']}`;
    const child = spawn('script', words, { cwd: desk.folder, env: { PATH, TERM: 'dumb' } });
    let printed = '';
    const ended = once(child, 'close');
    child.stdout.on('data', (chunk) => {
      printed += chunk;
    });
    const shown = () =>
      [...printed.matchAll(/^<(rota .*)>\r$/gm)].map(([, line = '']) => line.trim());
    child.stdin.write(`${begin}\n`);
    for (const [count, line] of lines.entries()) {
      // Ctrl-A goes to the beginning of the line, which then is a comment that prints itself.
      child.stdin.write(`${line}\t\x01printf '<%s>\\n' '\x05'\n`);
      // What is typed while a shell works may reach it otherwise than what is typed at its prompt.
      while (shown().length <= count && child.exitCode === null && child.signalCode === null)
        await Promise.race([once(child.stdout, 'data'), ended]);
    }
    child.stdin.write('exit\n');
    await ended;
    return shown();
  }

  test.for([
    ['bash', 'bash --norc --noprofile', '. <(rota complete bash)'],
    ['zsh', 'zsh -f', 'autoload -Uz compinit; compinit -D; . <(rota complete zsh)'],
    ['fish', 'fish -N', 'rota complete fish | source'],
  ] as const)('%s completes commands, files, hosts and playbooks', async ([name, shell, begin]) => {
    if (spawnSync('which', [name]).status !== 0) return;
    const lines = [
      'rota lin',
      'rota lint hos',
      'rota deploy hosts.yaml --limit=web:w',
      'rota exec "$(>hacked)" plays/s',
      'rota run plays/s',
      'rota drain hosts.yaml a',
    ];
    expect(await typed(shell, begin, lines)).toEqual([
      'rota lint',
      'rota lint hosts.yaml',
      'rota deploy hosts.yaml --limit=web:web',
      'rota exec "$(>hacked)" plays/site.ts',
      'rota run plays/site.ts',
      String.raw`rota drain hosts.yaml a\$\(touch\ hacked\)`,
    ]);
    expect(readdirSync(desk.folder)).not.toContain('hacked');
  });
});
