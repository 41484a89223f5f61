import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Secret } from '#engine/model/secret.ts';
import { file } from '#tasks/files/file.ts';
import { type RunOptions, run } from '#tasks/work/run.ts';
import { book, runOn, TemporaryHost } from '../../engine/run/temporary-host.ts';

let host: TemporaryHost;
let made: string;
beforeEach(() => {
  host = new TemporaryHost('node1');
  made = host.path("it's made");
});
afterEach(() => host.remove());

const running = (options: RunOptions) => runOn([host], book({ tasks: () => [run(options)] }));
const read = () => readFileSync(made, 'utf8');

describe('work', () => {
  test('is done once, as data, until what it creates is gone', async () => {
    const argv = ['sh', '-c', 'printf "%s," "$@" >"$0"', made, '$(false)', "'", '-n', ''];
    const first = await running({ title: 'make it', argv, creates: made });
    expect(first.result.hosts).toMatchObject([{ changed: 1, failed: 0 }]);
    expect(read()).toBe("$(false),',-n,,");
    const second = await running({ title: 'make it', argv, creates: made });
    expect(second.result.hosts).toMatchObject([{ ok: 1, changed: 0 }]);
  });

  test('is planned as what is not there yet, and stops at its first command that fails', async () => {
    const options = {
      title: 'make it',
      script: `false\ntouch "${made}"`,
      unless: `[ -e "${made}" ]`,
    };
    const { result, events } = await running(options);
    const planned = events.find((event) => event.type === 'hostPlanned');
    expect(planned?.stages.flat().flatMap(({ fields }) => fields)).toEqual([
      { name: 'unless', before: undefined, after: options.unless },
    ]);
    expect(result.failures).toMatchObject([
      { message: 'A command failed', ran: 'make it → exit 1' },
    ]);
    expect(existsSync(made)).toBe(false);
  });

  test('that does not bring its outcome about has failed', async () => {
    const { result } = await running({ title: 'make it', script: 'echo done', unless: 'false' });
    expect(result.failures).toMatchObject([
      {
        message: 'The task still differs after it was applied',
        output: 'unless: (absent), not false',
      },
    ]);
  });

  test('that a file before it makes necessary is done in the same run', async () => {
    const path = host.path('source');
    writeFileSync(made, 'old');
    utimesSync(made, 1, 1);
    writeFileSync(path, '');
    utimesSync(path, 0, 0);
    const copy = {
      title: 'copy',
      argv: ['cp', path, made],
      unless: `! [ "${path}" -nt "${made}" ]`,
    };
    const tasks = () => [file({ path, body: 'new' }), run(copy)];
    const { result } = await runOn([host], book({ tasks }));
    expect(result.hosts).toMatchObject([{ changed: 2, failed: 0 }]);
    expect(read()).toBe('new');
    const again = await runOn([host], book({ tasks }));
    expect(again.result.hosts).toMatchObject([{ ok: 2, changed: 0 }]);
  });

  test('that somebody else has done since it was planned is not done again', async () => {
    host.before = (exchange) => {
      if (exchange === 2) writeFileSync(made, 'somebody else');
    };
    const { result } = await running({
      title: 'make it',
      script: `echo x >"${made}"`,
      creates: made,
    });
    expect(result.failures).toEqual([]);
    expect(read()).toBe('somebody else');
  });

  test('has its secrets, and whom it runs as, in no word of a command', async () => {
    const env = { PASSWORD: new Secret("pass'word of run") };
    const script = `tr '\\0' ' ' </proc/self/cmdline >"${made}"; ps -ef >>"${made}"; [ "$PASSWORD" = "pass'word of run" ]; id -un >>"${made}"`;
    const unless = `[ -e "${made}" ] && [ "$PASSWORD" = "pass'word of run" ]`;
    await running({ title: 'make it', script, unless, env });
    expect(read()).toMatch(/\nroot\n$/);
    expect(read()).not.toContain('word of run');
  });

  test('asks its condition for each user and environment, and shows no secret of that', () => {
    const keyOf = (more: object) =>
      run({ title: 'x', argv: ['y'], unless: 'true', ...more }).reads.map(({ key }) => key);
    const env = { PASSWORD: new Secret('word of run') };
    const keys = [{}, { user: 'a' }, { user: 'b' }, { env }].flatMap(keyOf);
    expect(new Set(keys).size).toBe(4);
    expect(keys.join()).not.toContain('word of run');
  });

  test('runs as another user, in that user’s home, with its condition', async () => {
    const options = { title: 'x', user: 'nobody', env: { A: "a'b" } };
    const place = `/tmp/rota-of-nobody-${process.pid}`;
    const script = `id -un >${place}; pwd >>${place}; echo "$A" >>${place}`;
    try {
      const { result } = await running({ ...options, script, unless: `[ -O ${place} ]` });
      expect(result.failures).toEqual([]);
      expect(readFileSync(place, 'utf8')).toBe("nobody\n/\na'b\n");
      const again = await running({ ...options, script, unless: `[ -O ${place} ]` });
      expect(again.result.hosts).toMatchObject([{ ok: 1, changed: 0 }]);
    } finally {
      await running({ title: 'y', argv: ['rm', '-f', place], unless: `[ ! -e ${place} ]` });
    }
  });
});
