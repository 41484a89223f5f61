import { expect, test } from 'vitest';
import { ask } from '#engine/host/ask.ts';
import type { Failure } from '#engine/model/failure.ts';
import { limits } from '#engine/model/limits.ts';
import type { Read } from '#engine/model/read.ts';
import { formatFailure } from '#engine/report/failure.ts';
import { vipSample } from '#keepalived/reads/vip-sample.ts';
import { vrrpProbe } from '#keepalived/reads/vrrp-probe.ts';
import { Connections } from '#lib/ssh/index.ts';
import { imageOnNode } from '#tasks/containers/node-image.ts';
import { hostNamed } from '../run/temporary-host.ts';

/** What the reads come to where the host answers all of them with this. */
async function answersTo(reads: readonly Read<unknown>[], answer: string) {
  await using session = await new Connections().connect(hostNamed('node1'));
  const lying = reads.map((read) => ({ ...read, script: answer }));
  return [...(await ask(session, lying)).values()];
}

test('an answer that no parser can read is the failure of that host', async () => {
  const image = imageOnNode('x');
  for (const manifest of ['null', '[', '{"config": {"digest": 3}}']) {
    const [answer] = await answersTo([image], `printf 'manifest\\n%s' '${manifest}'`);
    expect((answer as Failure).message).toBe('The host gave an answer that makes no sense');
  }
  const vips = vipSample({ interface: 'e', sources: ['::1'], vips: [], checks: [] });
  const [answer] = await answersTo(
    [vips],
    "printf 'user 0\\ntimes 1 1e300\\naddresses\\nneighbours\\nlog\\nprocess\\n'",
  );
  expect(formatFailure(answer as Failure)).toMatchInlineSnapshot(`
    "✖ The host gave an answer that makes no sense
             1 1e300
      fix    See that nothing of the host writes to stdout when a shell starts, such as an rc file."
  `);
});

test('whatever a host answers, a read gives its fact or a failure', async () => {
  const request = { interface: 'e', sources: ['::1', '192.0.2.1'], vips: ['::2'], checks: [] };
  const reads = [imageOnNode('x'), vipSample(request), vrrpProbe('e')];
  const odd = [
    '',
    '\\n',
    '\\000',
    'x '.repeat(1000),
    'manifest\\n',
    'user 0\\naddresses\\n',
    '-1',
    '1e999\\n',
  ];
  for (const text of odd) {
    const answers = await answersTo(reads, `printf '${text}'`);
    expect(answers.length).toBe(reads.length);
  }
});

test('one answer that is too long spoils no other', async () => {
  await using session = await new Connections().connect(hostNamed('node1'));
  const parse: Read<string>['parse'] = ({ stdout }) => stdout;
  const answers = await ask(session, [
    { key: 'long', script: 'head -c 9000000 /dev/zero', parse },
    { key: 'short', script: 'echo short', parse },
  ]);
  expect(formatFailure(answers.get('long') as Failure)).toMatchInlineSnapshot(`
    "✖ The host answered too much to a question
      ran    read long → 9 MB; the answer to one read: 8 MB at most (--at-most answer=SIZE)
      fix    See what has grown so long on the host. Nothing was changed by asking."
  `);
  expect(answers.get('short')).toMatchObject({ fact: 'short\n' });
});

test('a limit of --at-most is that of a host, and is named with what changes it', async () => {
  const otherwise = limits({ answer: 1024, line: 1024, reads: 1000 });
  await using session = await new Connections(1, otherwise).connect(hostNamed('node1'));
  const parse: Read<string>['parse'] = ({ stdout }) => stdout;
  const long = await ask(session, [{ key: 'long', script: 'head -c 2000 /dev/zero', parse }]);
  expect((long.get('long') as Failure).ran).toBe(
    'read long → 2 KB; the answer to one read: 1 KB at most (--at-most answer=SIZE)',
  );
  await expect(ask(session, [{ key: 'slow', script: 'sleep 20', parse }])).rejects.toMatchObject({
    message: 'The host did not answer in time',
    ran: 'the answers to all reads: 1 s at most (--at-most reads=TIME)',
  });
});

test('parts of a sample are found in linear time, however often their names come', async () => {
  const vips = vipSample({ interface: 'e', sources: ['::1'], vips: [], checks: [] });
  const stdout = `user 0\n${'addresses\nneighbours\n'.repeat(300_000)}`;
  expect(() => vips.parse({ status: 0, bytes: Buffer.of(), stdout, stderr: '' })).toThrow(
    'The host gave an answer that makes no sense',
  );
});
