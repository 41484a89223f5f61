import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { Desk } from './rota.ts';

const desk = new Desk();
afterEach(() => vi.unstubAllEnvs());
afterAll(() => desk.remove());

/** What a runner of GitHub Actions would obey: ActionCommand.cs of its sources. */
function obeyed(text: string): readonly string[] {
  return text
    .split(/\r\n|\r|\n/)
    .filter((line) => /^\s*::[a-z-]+( .*)?::/i.test(line) || /##\[[a-z-]+.*\]/i.test(line));
}

test('what hosts print is no command for a runner of GitHub Actions, and what rota itself says is one', () => {
  const said = [
    '::stop-commands::x',
    '  ::error file=a::b',
    '\u00a0\u3000::WARNING::c',
    'e ##[error]f',
    '::1 localhost',
    'progress\r::set-output name=d::e',
  ];
  const command = ['--', 'printf', '%s\\n', ...said];
  const exec = ['exec', 'all', desk.inventory()];
  expect(obeyed(said.join('\n'))).toHaveLength(5);
  vi.stubEnv('GITHUB_ACTIONS', 'true');
  const { stdout } = desk.rota(...exec, ...command);
  expect(obeyed(stdout)).toEqual([]);
  expect(stdout).toContain('\n::1 localhost\n');
  const json = desk.rota(...exec, '--json', ...command);
  expect(obeyed(json.stdout)).toEqual([]);
  expect(JSON.parse(json.stdout).stdout).toBe(said.map((line) => `${line}\n`).join(''));
  const wrong = desk.inventory({ folder: "'::error::g ##[error]h'" });
  const failed = desk.rota('run', 'test/fixtures/choosing/playbook.ts', wrong);
  expect(obeyed(failed.stdout + failed.stderr)).toEqual([
    expect.stringMatching(/^::error title=/),
    expect.stringMatching(/^::error title=/),
  ]);
});
