import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { reveal } from '#engine/model/secret.ts';
import { normaliseConfig } from '#keepalived/normalise.ts';
import { parseConfig } from '#keepalived/parse-config.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import { first, guideNodes } from './members.ts';

test('the guide’s node 2 is read whole', () => {
  const { instances, scripts } = parseConfig(
    readFileSync('test/fixtures/guide/node2.conf', 'utf8'),
  );
  expect(scripts).toEqual([
    {
      name: 'chk_kubelet_service',
      script: '/usr/bin/curl -s -k http://localhost:10248/healthz -o /dev/null',
    },
  ]);
  expect(instances.map(({ name, routerId, priority }) => [name, routerId, priority])).toEqual([
    ['VI_1', 10, 50],
    ['VI_2', 20, 200],
    ['VI_3', 30, 150],
  ]);
  expect(instances[0]).toEqual({
    name: 'VI_1',
    interface: 'svc0',
    routerId: 10,
    priority: 50,
    advertInterval: 1,
    version: 3,
    source: 'fd02:9a01::549f:3509:8eac',
    peers: ['fd02:9a01::90b1:1c26:6aa2', 'fd02:9a01::1866:dae6:4674'],
    vips: [{ address: 'fd02:9a01::1', prefixLength: 64 }],
    tracked: ['chk_kubelet_service'],
  });
});

test('a rendered configuration and what keepalived keeps of it say the same', () => {
  const nodes = guideNodes();
  const text = reveal(renderConfig(first(nodes), nodes));
  expect(parseConfig(normaliseConfig(text))).toEqual(parseConfig(text));
  expect(
    parseConfig(text).instances.map(({ name, vips, tracked }) => [name, vips, tracked]),
  ).toEqual(
    [1, 2, 3].map((vip) => [
      `VI_${vip}`,
      [{ address: `fd02:9a01::${vip}`, prefixLength: 64 }],
      ['chk_api_service'],
    ]),
  );
});

test('another’s file is read as far as it is understood, with keepalived’s defaults', () => {
  const text = `global_defs { router_id LVS_1 }
vrrp_sync_group G
{
  group { A B }
}
vrrp_instance A {
  state MASTER
  interface eth0
  virtual_router_id 51
  unicast_peer { 192.0.2.2 192.0.2.3
    192.0.2.4 min_ttl 255
  }
  virtual_ipaddress {
    192.0.2.10 dev eth0 label eth0:1
    192.0.2.11/24
  }
  track_script { "chk" weight -20
  }
}
virtual_server 192.0.2.10 80 { real_server 192.0.2.5 80 { weight 1 } }
`;
  expect(parseConfig(text)).toEqual({
    scripts: [],
    instances: [
      {
        name: 'A',
        interface: 'eth0',
        routerId: 51,
        priority: 100,
        advertInterval: 1,
        version: 2,
        source: undefined,
        peers: ['192.0.2.2', '192.0.2.4'],
        vips: [
          { address: '192.0.2.10', prefixLength: 32 },
          { address: '192.0.2.11', prefixLength: 24 },
        ],
        tracked: ['chk'],
      },
    ],
  });
});

test.for(['', 'vrrp_instance', '}\n}', '{', 'vrrp_instance A {\n  priority x\n', '\0"'])(
  'nonsense is no bug: %j',
  (text) => {
    expect(() => parseConfig(text)).not.toThrow();
  },
);
