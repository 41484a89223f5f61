import { once } from 'node:events';
import { expect, test } from 'vitest';
import { describeInLab } from './support/lab.ts';
import { until } from './support/until.ts';

describeInLab('a command on many hosts', { light: true }, (testLab) => {
  const exec = (pattern: string, ...args: readonly string[]) =>
    testLab.rota('exec', pattern, testLab.inventory(), ...args);

  test('its output comes once where it is the same, and its streams stay apart', async () => {
    const line = 'echo same; [ $(hostname) != node2 ] || { echo odd >&2; exit 3; }';
    const { status, stdout, stderr } = await exec('all', '-f', '1', '--', line);
    expect({ status, stdout, stderr }).toEqual({
      status: 3,
      stdout: 'node1  exit 0\nsame\n\nnode2  exit 3\nsame\n\nnode3  exit 0, the same as node1\n',
      stderr: 'node2  exit 3\nodd\n',
    });
  });

  test('what a host has printed is shown while others still run, also when rota is killed', async () => {
    // More than the window of a channel: that rota has read all before it, and node3's name, too.
    const flood = 'head -c 5000000 /dev/zero >&2; touch /tmp/read; exec sleep 7003';
    const line = `echo $(hostname); [ $(hostname) != node3 ] || { ${flood}; }`;
    const rota = testLab.start('exec', 'all', testLab.inventory(), '--', line);
    let stdout = '';
    rota.stderr?.resume();
    rota.stdout?.on('data', (chunk) => {
      stdout += chunk;
    });
    await expect
      .poll(() =>
        stdout
          .split('\n\n')
          .map((block) => block.trim())
          .toSorted(),
      )
      .toEqual(['node1  exit 0\nnode1', 'node2  exit 0\nnode2']);
    const isRead = () => testLab.lab.run('node3', '[ ! -e /tmp/read ] || echo yes');
    await until(async () => (await isRead()).stdout !== '');
    rota.kill('SIGTERM');
    await once(rota, 'close');
    expect(stdout).toContain('node3  interrupted\nnode3\n');
    expect(await exec('all', '--', "pgrep -f 'sleep 700[3]'")).toMatchObject({ status: 1 });
  });

  test('a host that prints too much is cut, and the others are not', async () => {
    const line = 'echo begun; [ $(hostname) != node2 ] || head -c 100000000 /dev/zero';
    const { status, stdout, stderr } = await exec('all', '--json', '--', line);
    const exits = stdout
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    // Where it is cut goes by the chunks that came.
    const seen = exits.map(({ host, cut = 0, stdout: text }) => [
      host,
      cut > 70_000_000,
      text.length <= 24 * 1024 * 1024,
      cut + text.length,
    ]);
    expect(seen.toSorted()).toEqual([
      ['node1', false, true, 6],
      ['node2', true, true, 100_000_006],
      ['node3', false, true, 6],
    ]);
  });

  test('several words reach the program as they are, and none of them is code', async () => {
    const words = ['a b', '$(id)', '`id`', "it's", '*', ''];
    const { stdout } = await exec('controllers[0]', '--', 'printf', '[%s]', ...words);
    expect(stdout).toBe(`node1  exit 0\n${words.map((word) => `[${word}]`).join('')}\n`);
  });

  test('--json gives a line per host, and --limit and --list-hosts take hosts away', async () => {
    const { stdout } = await exec('all', '-l', '!node3', '-f', '1', '--json', '--', 'hostname');
    const lines = stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ host: 'node1', status: 0, stdout: 'node1\n', stderr: '' }),
      expect.objectContaining({ host: 'node2', status: 0, stdout: 'node2\n', stderr: '' }),
    ]);
    expect((await exec('all:!node2', '--list-hosts', '--', 'true')).stdout).toBe('node1\nnode3\n');
  });

  test('--timeout and Ctrl-C end the command on its hosts, and say where', async () => {
    const late = await exec('node1', '--timeout', '3', '--', 'echo begun; sleep 7001');
    expect(late).toMatchObject({ status: 124, stdout: 'node1  ended by --timeout\nbegun\n' });
    const line = '[ $(hostname) != node1 ] || exit 0; exec sleep 7002';
    const rota = testLab.start('exec', 'all', testLab.inventory(), '--', line);
    let stdout = '';
    rota.stdout?.on('data', (chunk) => {
      stdout += chunk;
    });
    const runs = "pgrep -f 'sleep 700[2]' >/dev/null";
    await expect.poll(() => exec('node2:node3', '--', runs)).toMatchObject({ status: 0 });
    rota.kill('SIGINT');
    expect(await once(rota, 'close')).toEqual([130, null]);
    expect(stdout).toBe('node1  exit 0\n\nnode[2-3]  interrupted\n');
    expect(await exec('all', '--', "pgrep -f 'sleep 700[12]'")).toMatchObject({ status: 1 });
  });

  test('a host out of reach is exit code 4, and what the others print is shown', async () => {
    const inventory = testLab.inventory(['10.77.0.12', '10.77.0.12\n          ansible_port: 1']);
    const { status, stdout, stderr } = await testLab.rota(
      ...['exec', 'all', inventory, '-f', '1', '--', 'echo a'],
    );
    expect({ status, stdout }).toEqual({
      status: 4,
      stdout: 'node1  exit 0\na\n\nnode3  exit 0, the same as node1\n\nnode2  unreachable\n',
    });
    expect(stderr).toContain('✖ The host refuses connections');
  });
});
