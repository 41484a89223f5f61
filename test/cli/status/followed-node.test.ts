import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { Answers } from '#engine/model/answers.ts';
import { LIMITS } from '#engine/model/limits.ts';
import type { ExecOptions, Exit, Session } from '#engine/model/session.ts';
import { Connections } from '#lib/ssh/index.ts';
import type { HeldNow } from '#playbooks/follow-vips.ts';
import type { Node } from '#playbooks/status.ts';
import { FollowedNode } from '../../../cli/status/followed-node.ts';
import { first, guideNodes } from '../../keepalived/members.ts';

/** One that has no programs, and tells without end of a VIP that comes and goes. */
class RestlessHost extends Connections {
  opened = 0;

  override async connect(host: Node['host']): Promise<Session> {
    this.opened += 1;
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const exec = async (_: string, { stdin, onStdout }: ExecOptions = {}): Promise<Exit> => {
      const input = typeof stdin === 'string' ? stdin : '';
      const { stdout, stderr } = spawnSync('/bin/sh', ['-s'], { input, env: { PATH: '' } });
      onStdout?.(Buffer.from('held 1 192.0.2.101/32\nheld 1\n'.repeat(50_000)));
      if (onStdout !== undefined) await ended;
      return { status: 0, stdout, stderr };
    };
    return {
      host,
      limits: LIMITS,
      exec,
      expect: () => {},
      [Symbol.asyncDispose]: async () => end(),
    };
  }
}

test('a node that tells of changes without end is heeded no more until it is looked at again', async () => {
  const members = guideNodes();
  const connections = new RestlessHost();
  const node = new FollowedNode(first(members), members, connections);
  const told: HeldNow[] = [];
  const look = () => node.look({ onHeld: (held) => told.push(held) });
  expect(await look()).toBeInstanceOf(Answers);
  await expect.poll(() => told.length).toBeGreaterThan(0);
  const once = told.length;
  expect(once).toBeLessThan(1000);
  expect(await look()).toBeInstanceOf(Answers);
  await expect.poll(() => told.length).toBe(2 * once);
  expect(connections.opened).toBe(2);
  await node.close();
});
