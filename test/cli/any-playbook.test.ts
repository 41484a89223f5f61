import { afterAll, beforeAll, expect, test } from 'vitest';
import { Desk } from './rota.ts';

const desk = new Desk();
let playbook: string;
let inventory: string;

beforeAll(() => {
  playbook = desk.write('own.ts', PLAYBOOK);
  inventory = desk.write('hosts.yaml', 'web: {hosts: {web1: {port: 8080}, web2: }}\n');
});
afterAll(() => desk.remove());

const PLAYBOOK = `import { Failure, playbook, Secret, z } from 'rota';
import { file } from 'rota/tasks';

function portFile(host: string, port: number) {
  if (port === 81) throw new Failure('A port is taken', { where: String(port), fix: 'Take 80.' });
  return file({ path: '/etc/port', body: \`\${host} \${port}\\n\`, mode: '0600' });
}

export default playbook({
  name: 'own',
  hosts: 'web',
  vars: z.object({
    port: z.number().default(80),
    token: z.string().default('canary-7f3a91').transform((text) => new Secret(text)),
  }),
  prepare: () => [],
  tasks: ({ host, vars }) => [portFile(host.name, vars.port)],
});
`;

const own = (command: string, ...args: readonly string[]) =>
  desk.rota(command, inventory, '--playbook', playbook, ...args);

test('lint takes a playbook of one’s own, and says once what its tasks refuse', () => {
  expect(own('lint')).toEqual({
    status: 0,
    stdout: 'No errors in DESK/hosts.yaml (2 hosts, 0 warnings)\n',
    stderr: '',
  });
  expect(own('lint', '-e', 'port=81').stderr).toMatchInlineSnapshot(`
    "✖ A port is taken
      where  81
      fix    Take 80.
    "
  `);
  expect(own('lint', '-e', 'port=many').stderr).toMatchInlineSnapshot(`
    "✖ The value of port is wrong
      where  -e #1:1:1
      fix    Invalid input: expected number, received string.
    "
  `);
});

test('render begins each file on a line of its own, also behind a secret', () => {
  const { stdout } = desk.rota(
    ...['render', desk.inventory(), '--playbook', 'test/fixtures/plan/playbook.ts'],
    ...['--host', 'node1'],
  );
  expect(stdout.match(/^──── .*/gm)).toEqual([
    '──── DESK/plain (0644 root:root)',
    '──── DESK/secret (0644 root:root)',
    '──── DESK/later (0644 root:root)',
  ]);
});

test('render shows the files of a playbook of one’s own', () => {
  expect(own('render', '--host', 'web2').stdout).toMatchInlineSnapshot(`
    "──── /etc/port (0600 root:root)
    web2 80
    "
  `);
  expect(own('render', '--host', 'web3').stderr).toMatchInlineSnapshot(`
    "✖ Nothing is called web3
      where  pattern web3
      fix    Did you mean web?
    "
  `);
});

test('inventory shows a host’s variables as a playbook’s schema makes them, secrets as dots', () => {
  expect(own('inventory', '--host', 'web1').stdout).toMatchInlineSnapshot(`
    "{
        "port": 8080,
        "token": "••••••"
    }
    "
  `);
});

test('a playbook runs where no package.json says "module", and what stands in its way is named', () => {
  desk.write('package.json', '{}');
  expect(own('lint').status).toBe(0);
  desk.write('package.json', '{ "type": "commonjs" }');
  const { status, stderr } = own('lint');
  expect([status, stderr.slice(stderr.indexOf('✖'))]).toMatchInlineSnapshot(`
    [
      1,
      "✖ The playbook cannot be loaded
      where  DESK/own.ts
             Cannot use import statement outside a module
      fix    Put this line into DESK/package.json: "type": "module"
    ",
    ]
  `);
});
