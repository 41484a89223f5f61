import { existsSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Host } from '#engine/model/host.ts';
import type { Session } from '#engine/model/session.ts';
import { formatFailure } from '#engine/report/failure.ts';
import { file } from '#tasks/files/file.ts';
import { book, counts, runOn, TemporaryHost } from './temporary-host.ts';

/** A host whose sh answers a program, or a lease, with what it likes; MARK stands for that one's. */
class LyingHost extends TemporaryHost {
  readonly #lie: string;
  readonly #to: 'program' | 'lease';

  constructor(name: string, lie: string, to: 'program' | 'lease') {
    super(name);
    this.#lie = lie;
    this.#to = to;
  }

  override async open(host: Host): Promise<Session> {
    const session = await super.open(host);
    return {
      ...session,
      exec: async (command, options = {}) => {
        const { stdin } = options;
        const text = typeof stdin === 'string' ? stdin : command;
        const mark = /rota-[0-9a-f]{24}/.exec(text)?.[0];
        const word = { program: 'frame done', lease: 'frame held' }[this.#to];
        if (mark === undefined || !text.includes(word)) return await session.exec(command, options);
        return await session.exec('sh -s', {
          ...options,
          stdin: this.#lie.replaceAll('MARK', mark),
        });
      },
    };
  }
}

let honest: TemporaryHost;
beforeEach(() => {
  honest = new TemporaryHost('node2');
});
afterEach(() => honest.remove());

async function deployBeside(lie: string, to: 'program' | 'lease' = 'program'): Promise<string> {
  const liar = new LyingHost('node1', lie, to);
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

test('a host whose program prints 100 MB without a line end fails alone', async () => {
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

test('a host that answers a lease with words that are none fails alone', async () => {
  expect(await deployBeside("printf '\\nMARK settled x\\n'", 'lease')).toMatchInlineSnapshot(`
    "✖ The host gave an answer that makes no sense
      where  node1
             settled x
      fix    See that nothing of the host writes to stdout when a shell starts, such as an rc file."
  `);
});

test('a host that says no word to a lease fails alone', async () => {
  expect(await deployBeside('echo nothing', 'lease')).toMatchInlineSnapshot(`
    "✖ The lease of the host could not be taken
      where  node1
             nothing
      fix    Make /run/rota and /var/lib/rota writable for the user that rota runs as."
  `);
});
