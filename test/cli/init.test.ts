import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { QUESTIONS } from '#playbooks/new-ring.ts';
import { Desk } from './rota.ts';

const HOSTS = ['--host', 'a=192.0.2.1,52:54:00:12:34:56', '--host', 'b=b,54:9f:35:09:8e:ac'];
const RING = [...HOSTS, '--fabric-id', '666', '--virt', '1', '--image-registry', 'registry:5000'];
const hasTerminal = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;
let desk: Desk;

beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.remove());

/** Answers each question on a terminal of script(1) once it has been asked. */
async function answer(answers: readonly string[]) {
  const rota = `${process.execPath} bin/rota.cjs init ${desk.path('new/ring.yaml')}`;
  const child = spawn('script', ['-qec', `stty cols 200; ${rota}`, '/dev/null'], {
    env: { ...process.env, NO_COLOR: '1', TERM: 'dumb' },
  });
  const left = [...answers];
  let text = '';
  let seen = 0;
  child.stdout.on('data', (chunk) => {
    text += chunk;
    if (!/: $/.test(stripVTControlCharacters(text.slice(seen)))) return;
    seen = text.length;
    child.stdin.write(left.shift() ?? '\u0003');
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  return { status, text: stripVTControlCharacters(text).replaceAll('\r', ''), left };
}

test('flags make an inventory that lints, for IPv6 and IPv4, and is not written over', () => {
  const file = desk.path('ring.yaml');
  const vips = ['--vips', 'fd02:9a01::10,192.0.2.101'];
  const hosts = HOSTS.map((flag, index) =>
    flag.startsWith('--') ? flag : `${flag},192.0.2.${index}`,
  );
  expect(desk.rota('init', file, ...RING.slice(4), ...hosts, ...vips)).toEqual({
    status: 0,
    stdout:
      'Wrote DESK/ring.yaml, a ring of 2 hosts. What it would do:\nnpm run deploy -- DESK/ring.yaml --dry-run\n',
    stderr: '',
  });
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(
    /^# yaml-language-server: \$schema=file:\/\/\/.*\/inventory\.schema\.json\n/,
  );
  expect(desk.rota('lint', file).stdout).toBe(
    'No errors in DESK/ring.yaml (2 hosts, 0 warnings)\n',
  );
  expect(desk.rota('init', file, ...RING)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('✖ The file is there already'),
  });
  expect(readFileSync(file, 'utf8')).toBe(text);
  expect(desk.rota('init', file, ...RING, '--force').status).toBe(0);
  expect(readFileSync(file, 'utf8')).not.toBe(text);
});

test('without a terminal it names all that is wrong, and the flags that are missing', () => {
  expect(desk.rota('init', '-', '--user', 'a').stderr).toMatchInlineSnapshot(`
    "✖ There is no terminal to ask on, and answers are missing
      fix    Give --host NAME=ADDRESS,MAC for each host, --fabric-id, --virt, --image-registry; rota init --help says more.
    "
  `);
  const bad = '--host a=1,zz --host a=b --vips fd00::zz --fabric-id 0 --virt 1'.split(' ');
  expect(desk.rota('init', desk.path('x'), ...bad)).toMatchInlineSnapshot(`
    {
      "status": 1,
      "stderr": "✖ An answer cannot be used
      where  --host a
      fix    another host has that name already.

    ✖ An answer cannot be used
      where  --vips fd00::zz
      fix    not VIPs: expected a number such as 3, or a list of IPv6 addresses.

    ✖ An answer cannot be used
      where  --fabric-id 0
      fix    not a fabric id: expected a whole number from 1 to 65535.

    ✖ An answer cannot be used
      where  --host zz
      fix    not a MAC address: expected six hexadecimal octets such as 90:b1:1c:26:6a:a2.

    ✖ An answer cannot be used
      where  --host zz
      fix    not a MAC address: expected six hexadecimal octets such as 90:b1:1c:26:6a:a2.
    ",
      "stdout": "",
    }
  `);
});

test('what does not fit together is refused as lint refuses it, with nothing written', () => {
  const same = RING.map((flag) => flag.replace('54:9f:35:09:8e:ac', '52:54:00:12:34:56'));
  expect(desk.rota('init', desk.path('ring.yaml'), ...same)).toMatchInlineSnapshot(`
    {
      "status": 1,
      "stderr": "✖ Two nodes have the same MAC address
      where  DESK/ring.yaml:15:21
      fix    a (DESK/ring.yaml:13:21) has it too: give each node that of its own card.

    ✖ Nothing was written: the inventory would not be in order
      fix    Mend the flags. The places above are those of the file that would have been written.
    ",
      "stdout": "",
    }
  `);
  expect(existsSync(desk.path('ring.yaml'))).toBe(false);
});

test('there is a flag for every question', () => {
  const help = desk.rota('init', '--help').stdout;
  expect(QUESTIONS.filter(({ flag }) => !help.includes(`  --${flag} <`))).toEqual([]);
});

describe.skipIf(!hasTerminal)('on a terminal', () => {
  test('what no flag answers is asked, with a reason where it is asked again', async () => {
    const hosts = ['n[1:2]\n', 'a\n', '192.0.2.1\n', '\n'];
    const ring = ['\n', '\n', '70000\n', '666\n', '1\n', '52:54:00:12:34:56\n'];
    const { status, text, left } = await answer([...hosts, ...ring, '\n', '\n', 'registry:5000\n']);
    expect({ status, left }).toEqual({ status: 0, left: [] });
    expect(text).toContain('✖ not the name of a host\nName of host 1: a\n');
    expect(text).toContain('✖ not a fabric id: expected a whole number from 1 to 65535\nFabric id');
    expect(text).toContain('Network interface that gets the VIPs [srvc0]: ');
    expect(desk.rota('lint', desk.path('new/ring.yaml')).status).toBe(0);
  });

  test('Ctrl-C writes nothing', async () => {
    const { status, text } = await answer(['a\n', '\u0003']);
    expect(text).toContain('✖ The question was not answered');
    expect(status).toBe(1);
    expect(existsSync(desk.path('new'))).toBe(false);
  });
});
