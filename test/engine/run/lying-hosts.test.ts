import { existsSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Host } from '#engine/model/host.ts';
import type { Session } from '#engine/model/session.ts';
import { formatFailure } from '#engine/report/failure.ts';
import { file } from '#tasks/file.ts';
import { book, counts, runOn, TemporaryHost } from './temporary-host.ts';

/** A host whose sh answers a program with what it likes; MARK stands for the program's. */
class LyingHost extends TemporaryHost {
  readonly #lie: string;

  constructor(name: string, lie: string) {
    super(name);
    this.#lie = lie;
  }

  override async open(host: Host): Promise<Session> {
    const session = await super.open(host);
    return {
      ...session,
      exec: async (command, options = {}) => {
        const { stdin } = options;
        const mark = typeof stdin === 'string' && /rota-[0-9a-f]{24}/.exec(stdin)?.[0];
        const isProgram = typeof stdin === 'string' && stdin.includes('frame done');
        if (!mark || !isProgram) return await session.exec(command, options);
        const lie = this.#lie.replaceAll('MARK', mark);
        return await session.exec(command, { ...options, stdin: lie });
      },
    };
  }
}

let honest: TemporaryHost;
beforeEach(() => {
  honest = new TemporaryHost('node2');
});
afterEach(() => honest.remove());

async function deployBeside(lie: string): Promise<string> {
  const liar = new LyingHost('node1', lie);
  try {
    const hosts = [liar, honest];
    const { result } = await runOn(
      hosts,
      book({
        tasks: ({ host }) =>
          hosts
            .filter(({ name }) => name === host.name)
            .map(({ root }) => file({ path: `${root}/a`, body: 'a\n', owner: 'root:root' })),
      }),
    );
    expect(existsSync(honest.path('a'))).toBe(true);
    expect(counts(result.hosts)['node2']).toEqual({ ok: 0, changed: 1, failed: 0, pending: 0 });
    return result.failures
      .map((failure) => formatFailure(failure).replaceAll(liar.root, 'ROOT'))
      .join('\n');
  } finally {
    liar.remove();
  }
}

test.for<[what: string, ...frames: string[]]>([
  ['a command that it was not given', 'begin 0', 'end 99 1'],
  ['a command that is over', 'begin 0', 'begin 0'],
  ['a file that it was not promised', 'begin 0', 'feed 0'],
  ['the end before the first command', 'done'],
  ['words that are none', 'begin 0', 'end 0 x'],
])('a host that tells of %s fails alone', async ([, ...frames]) => {
  const lines = frames.map((frame) => `printf '\\nMARK %s\\n' '${frame}'`);
  expect((await deployBeside(lines.join('\n'))).split('\n')[0]).toBe(
    '✖ The host says of the program what cannot be',
  );
});

test('a host that ends its program without a word fails alone', async () => {
  expect(await deployBeside('echo nothing; exit 7')).toMatchInlineSnapshot(`
    "✖ The program did not run to its end
      where  ROOT/a › node1
      ran    sh -s → exit 7
      fix    Run again: each file is the old one or the new one."
  `);
});

test('a host whose program prints without an end in sight fails alone, and its heartbeat goes on', async () => {
  const flood = `printf '\\nMARK begin 0\\n'
head -c 100000000 /dev/zero
printf '\\nMARK end 0 1\\n'`;
  expect(
    (await deployBeside(flood)).replaceAll('\\x00', '').replaceAll(/\u0000/g, ''),
  ).toMatchInlineSnapshot(`
    "✖ The file could not be written
      where  ROOT/a › node1
      ran    write ROOT/a → exit 1
             …
      fix    The file on the host is the old one, whole. Mend what is named above, and run again."
  `);
});
