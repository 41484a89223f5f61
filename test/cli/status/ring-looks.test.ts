import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { LIMITS } from '#engine/model/limits.ts';
import deploy from '#playbooks/deploy.ts';
import { RingLooks } from '../../../cli/status/ring-looks.ts';
import { guideNodes } from '../../keepalived/members.ts';

test('a registry that does not answer holds up nobody who looks again soon', async () => {
  const registry = createServer();
  registry.listen(0, '127.0.0.1');
  await once(registry, 'listening');
  const { port } = registry.address() as AddressInfo;
  const members = guideNodes({ image_registry: `127.0.0.1:${port}`, image_ref: 'v1' }).map(
    ({ host, vars }) => ({
      host: { ...host, connection: { ...host.connection, address: '127.0.0.1', port: 1 } },
      vars,
    }),
  );
  await using looks = new RingLooks(
    {
      ...{ playbook: deploy, sources: [], members, localHost: undefined, warnings: [] },
      targets: new Set(members.map(({ host }) => host.name)),
    },
    LIMITS,
  );
  const asked = once(registry, 'connection');
  const looking = looks.look({ isHasty: true });
  const [socket] = await asked;
  const hungUp = once(socket, 'close').then(() => 'the registry was waited for');
  socket.resume();
  const first = await Promise.race([looking, hungUp]);
  expect(first).toEqual([expect.objectContaining({ vips: expect.anything() })]);
  socket.destroy();
  registry.close();
});
