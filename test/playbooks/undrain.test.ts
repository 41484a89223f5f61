import { expect, test } from 'vitest';
import { Answers } from '#engine/model/answers.ts';
import { CAREFUL } from '#engine/model/rollout.ts';
import { reveal } from '#engine/model/secret.ts';
import { drainedBy } from '#keepalived/reads/drained.ts';
import { keepalivedProcess } from '#keepalived/reads/process.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import { undrain } from '#playbooks/deploy.ts';
import { guideNodes } from '../keepalived/members.ts';

/** Impacts for the guide's ring, in which node2 and node3 are drained. */
function impacts(targets: readonly string[]): Readonly<Record<string, string>> {
  const members = guideNodes();
  const plan = undrain.rollout?.plan?.(
    members.map((member) => {
      const { name } = member.host;
      const isDrained = name !== 'node1';
      const configuration = isDrained ? undefined : reveal(renderConfig(member, members));
      const answer = (fact: unknown) => ({ fact, status: 0, bytes: Buffer.alloc(0) });
      const facts = new Answers(
        new Map([
          [keepalivedProcess.key, answer({ running: isDrained ? 0 : 1, pod: '', configuration })],
          [drainedBy.key, answer(isDrained ? 'ada@desk at noon' : undefined)],
        ]),
      );
      return { ...member, members, local: new Answers(), facts, target: targets.includes(name) };
    }),
    CAREFUL,
  );
  return Object.fromEntries([...(plan?.impacts ?? [])].map(([name, { text }]) => [name, text]));
}

test('a node that comes back on duty is said to take VIPs, those of a node that stays drained too', () => {
  const node2 = 'started, takes fd02:9a01::2 over from node1, takes fd02:9a01::3 over from node1';
  expect(impacts(['node2'])).toEqual({ node2 });
  expect(impacts(['node2', 'node3'])).toEqual({
    node2: 'started, takes fd02:9a01::2 over from node1',
    node3: 'started, takes fd02:9a01::3 over from node1',
  });
});
