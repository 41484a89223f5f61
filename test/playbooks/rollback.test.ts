import { expect, test } from 'vitest';
import { Answers } from '#engine/model/answers.ts';
import { reveal } from '#engine/model/secret.ts';
import { fileAt } from '#engine/reads/file.ts';
import { preImages } from '#engine/reads/runs.ts';
import { CONFIGURATION, manifestPath } from '#keepalived/files.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import { rollback } from '#playbooks/rollback.ts';
import { first, guideNodes } from '../keepalived/members.ts';

test('what was no text is not put back as one', () => {
  const members = guideNodes();
  const answer = (fact: unknown) => ({ fact, status: 0, bytes: Buffer.alloc(0) });
  const images = [{ path: '/etc/image', type: 'other' }];
  const facts = new Answers(new Map([[preImages('r').key, answer(images)]]));
  const context = { ...first(members), members, local: new Answers(), facts, takeOver: [] };
  const tasks = () => rollback('r', new Set()).tasks?.({ ...context, meanwhile: new Map() });
  expect(tasks).toThrow('What the run wrote over is no text file');
});

const GUIDE = { keepalived_profile: 'guide' };

test('the guide’s configuration is put back by its own complaints, not those of what came after', () => {
  const [before, members] = [
    guideNodes({ ...GUIDE, vrrp_vips: 2 }),
    guideNodes({ ...GUIDE, vrrp_vips: 3 }),
  ];
  const [old, node] = [first(before), first(members)];
  const file = (path: string, content: string) => ({
    ...{ path, type: 'file', mode: '0644', owner: 'root:root', content },
  });
  const images = [
    file(CONFIGURATION, reveal(renderConfig(old, before))),
    file(manifestPath(old), '    image: localhost/a:b\n'),
  ];
  const answer = (fact: unknown) => ({ fact, status: 0, bytes: Buffer.alloc(0) });
  const facts = new Answers(
    new Map([
      [preImages('r').key, answer(images)],
      [fileAt(CONFIGURATION).key, answer({ type: 'absent' })],
    ]),
  );
  const context = { ...node, members, local: new Answers(), facts, takeOver: [] };
  const tasks = rollback('r', new Set()).tasks?.({ ...context, meanwhile: new Map() }) ?? [];
  const plan = tasks
    .flat()
    .find(({ title }) => title === CONFIGURATION)
    ?.plan(facts);
  const check = plan?.commands.flatMap((one) => (one.kind === 'write' ? [one.check ?? ''] : []));
  const known = check?.join('').match(/^\((VI_\d)\) VRRP version 3 does not/gm) ?? [];
  expect(known).toEqual(['(VI_2) VRRP version 3 does not']);
});
