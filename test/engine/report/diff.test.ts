import { expect, test } from 'vitest';
import { Failure } from '#engine/model/failure.ts';
import { Secret } from '#engine/model/secret.ts';
import { Digest, Pending } from '#engine/model/state.ts';
import type { StagePlan } from '#engine/model/task.ts';
import { noPaint, type Paint } from '#engine/report/paint.ts';
import { formatPlanLines, formatPlans } from '#engine/report/plan.ts';
import { field, plannedTask } from './events.ts';

const formatPlan = (host: string, stages: readonly StagePlan[], paint?: Paint) =>
  formatPlans([{ host, stages }], paint);

const CONF = '/etc/keepalived/keepalived.conf';
const BEFORE = 'a\nb\nc\nd\nvrid 1\nf\ng\nh\ni\n';

test('a file is shown as a unified diff, beside its other fields', () => {
  const stages = [
    [plannedTask('sysctl a', []), plannedTask('sysctl b', [field('value', '0', '1')])],
    [
      plannedTask(CONF, [
        field('body', BEFORE, BEFORE.replace('vrid 1', 'vrid 2')),
        field('mode', '0644', '0600'),
      ]),
    ],
  ];
  expect(formatPlan('node1', stages)).toMatchInlineSnapshot(`
    "node1  2 to change

    sysctl b
      value: 0 → 1

    /etc/keepalived/keepalived.conf
      mode: 0644 → 0600
    --- /etc/keepalived/keepalived.conf
    +++ /etc/keepalived/keepalived.conf
    @@ -2,7 +2,7 @@
     b
     c
     d
    -vrid 1
    +vrid 2
     f
     g
     h"
  `);
});

test('what is not there yet is absent', () => {
  const fields = [field('body', undefined, 'one\ntwo'), field('owner', undefined, 'root')];
  expect(formatPlan('node1', [[plannedTask(CONF, fields)]])).toMatchInlineSnapshot(`
    "node1  1 to change

    /etc/keepalived/keepalived.conf
      owner: (absent) → root
    --- (absent)
    +++ /etc/keepalived/keepalived.conf
    @@ -0,0 +1,2 @@
    +one
    +two
    \\ No newline at end of file"
  `);
});

test('two bodies of a task are told apart by their names', () => {
  const fields = [field('config', 'a\n', 'b\n'), field('loaded', 'a\n', 'c\n')];
  expect(formatPlan('node1', [[plannedTask('pod', fields)]])).toMatchInlineSnapshot(`
    "node1  1 to change

    --- pod (config)
    +++ pod (config)
    @@ -1 +1 @@
    -a
    +b
    --- pod (loaded)
    +++ pod (loaded)
    @@ -1 +1 @@
    -a
    +c"
  `);
});

test('no side of a secret is shown, whichever side is marked', () => {
  const fields = [
    field('password', 'hunter1', new Secret('hunter2')),
    field('token', undefined, new Secret('hunter2')),
    field('open', new Secret('hunter1'), 'now open'),
    field('body', 'auth_pass hunter1\n', new Secret('auth_pass hunter2\n')),
    field('other', undefined, new Secret('auth_pass hunter2\n')),
  ];
  const text = formatPlan('node1', [[plannedTask('secrets', fields)]]);
  expect(text).not.toMatch(/hunter/);
  expect(text).toMatchInlineSnapshot(`
    "node1  1 to change

    secrets
      password: •••••• → ••••••
      token: (absent) → ••••••
      open: •••••• → ••••••
      body: changed, secret
      other: new, secret"
  `);
});

test('what is not known yet shows its preview and why', () => {
  const reason = 'unknown until commit 1a2b3c is built';
  const fields = [
    field('digest', 'sha256:old', new Pending('sha256:…', reason)),
    field('body', 'image: old\nname: x\n', new Pending('image: …\nname: x\n', reason)),
  ];
  expect(formatPlan('node1', [[plannedTask('pod', fields)]])).toMatchInlineSnapshot(`
    "node1  1 to change

    pod
      digest: sha256:old → sha256:… (unknown until commit 1a2b3c is built)
    --- pod
    +++ pod (unknown until commit 1a2b3c is built)
    @@ -1,2 +1,2 @@
    -image: old
    +image: …
     name: x"
  `);
});

test('values that read the same are told apart', () => {
  const fields = [
    field('value', '1', 1),
    field('comment', '', 'x '),
    field('state', undefined, '(absent)'),
  ];
  expect(formatPlan('node1', [[plannedTask('odd', fields)]])).toMatchInlineSnapshot(`
    "node1  1 to change

    odd
      value: "1" → 1
      comment: "" → "x "
      state: (absent) → "(absent)""
  `);
});

test('a file on the host cannot steer the terminal', () => {
  const fields = [field('body', 'a\u001b[2J\r\nb\n', 'a\nb\n'), field('name', 'x\u009b31m', 'y')];
  expect(formatPlan('no\u0007de1', [[plannedTask(CONF, fields)]])).toMatchInlineSnapshot(`
    "no\\x07de1  1 to change

    /etc/keepalived/keepalived.conf
      name: x\\x9b31m → y
    --- /etc/keepalived/keepalived.conf
    +++ /etc/keepalived/keepalived.conf
    @@ -1,2 +1,2 @@
    -a\\x1b[2J\\r
    +a
     b"
  `);
});

test('texts with nothing in common are counted, not compared', () => {
  const lines = (word: string) =>
    Array.from({ length: 1500 }, (_, index) => `${word} ${index}\n`).join('');
  const fields = [field('body', lines('a'), lines('b'))];
  expect(formatPlan('node1', [[plannedTask(CONF, fields)]])).toMatchInlineSnapshot(`
    "node1  1 to change

    --- /etc/keepalived/keepalived.conf
    +++ /etc/keepalived/keepalived.conf
    body: 1500 → 1500 lines, too different to compare"
  `);
});

test('a long file that is new is shown in full', () => {
  const body = 'line\n'.repeat(5000);
  const text = formatPlan('node1', [[plannedTask(CONF, [field('body', undefined, body)])]]);
  expect(text.split('\n').filter((line) => line === '+line').length).toBe(5000);
});

test('what is large, or no text, is shown by its size and hash, and nothing of it', () => {
  const large = 'a line of a large file\n'.repeat(12_000);
  const fields = [
    field('large', large, large.replace('line', 'LINE')),
    field('new', undefined, large),
    field('small before', 'old\n', large),
    field('no text before', Digest.of(Buffer.from([0xff, 0, 0x1b])), 'new\nlines\n'),
    field('secret', large, new Secret('new')),
  ];
  expect(formatPlan('node1', [[plannedTask(CONF, fields)]])).toMatchInlineSnapshot(`
    "node1  1 to change

    /etc/keepalived/keepalived.conf
      large: 276000 bytes, sha256 37cd5ec6c6ca3c937819b785cf43f77b9ae107cef183d8dba77d0bfa59b919ef → 276000 bytes, sha256 df7397ab2d86a7a60a7cac41295132e8f9b7f993f054af44d55f44c43697b810
      new: (absent) → 276000 bytes, sha256 37cd5ec6c6ca3c937819b785cf43f77b9ae107cef183d8dba77d0bfa59b919ef
      secret: changed, secret
    --- /etc/keepalived/keepalived.conf (small before)
    +++ /etc/keepalived/keepalived.conf (small before)
    @@ -1 +1 @@
    -old
    +276000 bytes, sha256 37cd5ec6c6ca3c937819b785cf43f77b9ae107cef183d8dba77d0bfa59b919ef
    --- /etc/keepalived/keepalived.conf (no text before)
    +++ /etc/keepalived/keepalived.conf (no text before)
    @@ -1 +1,2 @@
    -3 bytes, sha256 319ac00542613ac4aca9c55fc568266f886722c9f1bc432a306f82f353250036
    +new
    +lines"
  `);
});

test('a host with nothing to change has no plan to show', () => {
  expect(formatPlan('node1', [[plannedTask('sysctl a', [])]])).toBe('');
});

test('a task that could not be planned says so', () => {
  const task = { ...plannedTask('image', []), failure: new Failure('No such image') };
  expect(formatPlan('node1', [[task]])).toMatchInlineSnapshot(`
    "node1

    image
      could not be planned: No such image"
  `);
});

test('colours mark what goes and what comes', () => {
  const fields = [field('body', 'a\n', 'b\n'), field('mode', '0644', '0600')];
  const marked = formatPlan(
    'node1',
    [[plannedTask('x', fields)]],
    (colour, text) => `<${colour}:${text}>`,
  );
  expect(marked).toMatchInlineSnapshot(`
    "<bold:node1  1 to change>

    <bold:x>
      mode: <red:0644> → <green:0600>
    <bold:--- x>
    <bold:+++ x>
    <cyan:@@ -1 +1 @@>
    <red:-a>
    <green:+b>"
  `);
});

test('what is equal on several hosts stands once, and what the changes do before them', () => {
  const conf = (vrid: number) => plannedTask(CONF, [field('vrid', 0, vrid)]);
  const sysctl = plannedTask('sysctl a', [field('value', '0', '1')]);
  const impact = { text: 'reload, no VIP moves\u001b[2J', moves: [], gapMs: 0 };
  const other = { text: 'moves VIP 2 for 3 s', moves: ['VIP 2'], gapMs: 3000 };
  const failing = { ...plannedTask('pod', []), failure: new Failure('No such image') };
  const plans = [
    { host: 'localhost', stages: [[plannedTask('image', [field('image', undefined, 'b')])]] },
    { host: 'node1', stages: [[sysctl, conf(1)]], impact },
    { host: 'node2', stages: [[sysctl], [conf(1)]], impact: other },
    { host: 'node3', stages: [[sysctl, conf(3), failing]], impact },
    { host: 'node4', stages: [[plannedTask('sysctl a', [])]], impact },
  ];
  expect(formatPlans(plans)).toMatchInlineSnapshot(`
    "impact
      node[1,3]  reload, no VIP moves\\x1b[2J
      node2      moves VIP 2 for 3 s

    localhost  1 to change

    image
      image: (absent) → b

    node[1-3]  1 to change on each

    sysctl a
      value: 0 → 1

    node[1-2]  1 to change on each

    /etc/keepalived/keepalived.conf
      vrid: 0 → 1

    node3  1 to change

    /etc/keepalived/keepalived.conf
      vrid: 0 → 3

    pod
      could not be planned: No such image"
  `);
  expect(formatPlanLines(plans)).toMatchInlineSnapshot(`
    "impact
      node[1,3]  reload, no VIP moves\\x1b[2J
      node2      moves VIP 2 for 3 s

    image                            localhost
    sysctl a                         node[1-3]
    /etc/keepalived/keepalived.conf  node[1-3]
    pod: No such image               node3"
  `);
});

test('what a plan does to what runs breaks between words on a narrow terminal; lines of files stay whole', () => {
  const moves = { text: 'started, takes fd02:9a01::2 over from node1', moves: [], gapMs: 0 };
  const line = `${'a long line of a file '.repeat(2)}\n`;
  const plans = [
    {
      host: 'node2',
      stages: [[plannedTask('/etc/it', [field('body', '\n', line)])]],
      impact: moves,
    },
  ];
  expect(formatPlans(plans, noPaint, 40)).toMatchInlineSnapshot(`
    "impact
      node2  started, takes fd02:9a01::2
             over from node1

    node2  1 to change

    --- /etc/it
    +++ /etc/it
    @@ -1 +1 @@
    -
    +a long line of a file a long line of a file "
  `);
  expect(formatPlanLines(plans, noPaint, 40)).toMatchInlineSnapshot(`
    "impact
      node2  started, takes fd02:9a01::2
             over from node1

    /etc/it  node2"
  `);
});
