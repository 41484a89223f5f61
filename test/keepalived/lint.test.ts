import { expect, test } from 'vitest';
import { lint } from '#keepalived/lint.ts';
import { dualNodes, guideNodes, ipv4Nodes, members, someNodes } from './members.ts';
import { shown } from './shown.ts';

const MAC1 = '02:00:00:00:00:01';
const MAC2 = '02:00:00:00:00:02';
const three = ['fd02:9a01::1', 'fd02:9a01::2', 'fd02:9a01::3'];

test('the guide’s nodes are in order', () => {
  expect(shown(lint(guideNodes()))).toEqual([]);
  expect(shown(lint(guideNodes({ keepalived_profile: 'guide' })))).toEqual([]);
});

test('two nodes with one MAC are told of at the second', () => {
  const nodes = members({ n1: { vrrp_mac: MAC1 }, n2: { vrrp_mac: MAC2 }, n3: { vrrp_mac: MAC1 } });
  expect(shown(lint(nodes))).toMatchInlineSnapshot(`
    [
      "inventory/test.yaml:33:7 Two nodes have the same MAC address | n1 (inventory/test.yaml:13:7) has it too: give each node that of its own card.",
    ]
  `);
});

test('two nodes with one address are told of, whatever it was made from', () => {
  const nodes = members({
    n1: { vrrp_mac: MAC1 },
    n2: { vrrp_address: 'fd02:9a01::200:0:1' },
    n3: { vrrp_address: 'fd02:9a01:0:0:0:200:0:1' },
  });
  expect(shown(lint(nodes))).toMatchInlineSnapshot(`
    [
      "inventory/test.yaml:23:7 Two nodes have the same address | n1 (inventory/test.yaml:13:7) has it too: give each node its own.",
      "inventory/test.yaml:33:7 Two nodes have the same address | n1 (inventory/test.yaml:13:7) has it too: give each node its own.",
    ]
  `);
});

test('every VIP that cannot be one is told of', () => {
  const vips = [
    'fd02:9a01::5',
    'fd02:9a02::1',
    'fd02:9a01:0::5',
    'fd02:9a01::',
    'fd02:9a01::200:0:2',
  ];
  expect(shown(lint(someNodes(2, { vrrp_vips: vips })))).toMatchInlineSnapshot(`
    [
      "inventory/test.yaml:14:8 A VIP is not in the network of the node | Use addresses of fd02:9a01::/64.",
      "inventory/test.yaml:14:8 A VIP is there twice | Take one of the two out of vrrp_vips.",
      "inventory/test.yaml:14:8 A VIP is the first address of the network | Routers answer to it: use another.",
      "inventory/test.yaml:14:8 A VIP is the address of a node | n2 (inventory/test.yaml:23:7) has it: use another VIP.",
      "inventory/test.yaml:24:8 A VIP is not in the network of the node | Use addresses of fd02:9a01::/64.",
      "inventory/test.yaml:24:8 A VIP is there twice | Take one of the two out of vrrp_vips.",
      "inventory/test.yaml:24:8 A VIP is the first address of the network | Routers answer to it: use another.",
      "inventory/test.yaml:24:8 A VIP is the address of a node | n2 (inventory/test.yaml:23:7) has it: use another VIP.",
    ]
  `);
});

test('an address that a counted VIP would have is told of at the node', () => {
  const nodes = members({ n1: { vrrp_mac: MAC1 }, n2: { vrrp_address: 'fd02:9a01::2' } });
  expect(shown(lint(nodes))).toMatchInlineSnapshot(`
    [
      "inventory/test.yaml:23:7 A VIP is the address of a node | Give n2 another address, or list the VIPs in vrrp_vips.",
    ]
  `);
});

test('values in which the nodes of a ring differ are told of', () => {
  const nodes = members({
    n1: { vrrp_mac: MAC1, vrrp_vips: three },
    n2: {
      vrrp_mac: MAC2,
      vrrp_vips: three.slice(0, 2),
      vrrp_ladder: [200, 100],
      vrrp_router_ids: [1, 2, 3],
      vrrp_prefix_length: 60,
    },
  });
  expect(shown(lint(nodes))).toMatchInlineSnapshot(`
    [
      "inventory/test.yaml:24:7 The nodes of a ring differ in vrrp_vips | Give n2 the value of n1 (inventory/test.yaml:14:7), or set it for their group.",
      "inventory/test.yaml:25:7 The nodes of a ring differ in vrrp_ladder | Give n2 the value of n1 (inventory/test.yaml:10:5), or set it for their group.",
      "inventory/test.yaml:26:7 The nodes of a ring differ in vrrp_router_ids | Give n2 the value of n1 (inventory/test.yaml:10:5), or set it for their group.",
      "inventory/test.yaml:27:7 The nodes of a ring differ in vrrp_prefix_length | Give n2 the value of n1 (inventory/test.yaml:10:5), or set it for their group.",
    ]
  `);
});

test.for<[string, Record<string, unknown>, readonly string[]]>([
  [
    'a ladder that is too short',
    { vrrp_ladder: [200, 100] },
    ['14:7 The ladder is shorter than the ring | Give it 3 priorities, one for each node.'],
  ],
  [
    'a priority that is there twice',
    { vrrp_ladder: [200, 150, 150] },
    [
      '14:8 The ladder has a priority twice | Use different ones: between equals the address would decide.',
    ],
  ],
  [
    'a peer order with a stranger',
    { vrrp_peer_order: ['node1', 'node2', 'n3'] },
    [
      '14:7 The peer order leaves nodes out | Add node3.',
      '14:8 The peer order names n3, which is not in the ring | The nodes of the ring are node1, node2, node3.',
    ],
  ],
  [
    'a peer order with a name twice',
    { vrrp_peer_order: ['node1', 'node2', 'node2', 'node3'] },
    ['14:8 The peer order names node2 twice | Name each node once.'],
  ],
  [
    'fewer router ids than VIPs',
    { vrrp_router_ids: [10, 20] },
    ['14:7 There are fewer router ids than VIPs | Set 3, one for each VIP.'],
  ],
  [
    'a router id that is there twice',
    { vrrp_router_ids: [10, 20, 10] },
    ['14:8 A router id is there twice | Give each VIP one of its own.'],
  ],
  [
    'more VIPs than there are numbers for',
    { vrrp_vips: 26 },
    ['10:5 There are more than 25 VIPs | Set vrrp_router_ids to 26 numbers from 1 to 255.'],
  ],
  [
    'a prefix that takes in the MAC',
    { vrrp_prefix_length: 96 },
    [
      '14:7 The prefix is so long that it takes in a part of the MAC | Set vrrp_prefix_length to 80 or less, or give each node a vrrp_address.',
    ],
  ],
])('%s is told of', ([, vars, expected]) => {
  const atFirstNode = shown(lint(guideNodes(vars))).filter((line) => line.includes('.yaml:1'));
  expect(atFirstNode).toEqual(expected.map((line) => `inventory/test.yaml:${line}`));
});

test('two rings of one network with the same router ids are told of', () => {
  const nodes = members({
    n1: { vrrp_mac: MAC1, vrrp_vips: three.slice(0, 1) },
    n2: { vrrp_mac: MAC2, vrrp_vips: three.slice(1, 2) },
  });
  expect(shown(lint(nodes))).toMatchInlineSnapshot(`
    [
      "inventory/test.yaml:20:5 Two rings of one network use the same router ids | Set vrrp_router_ids to others than n1 (inventory/test.yaml:10:5) has.",
    ]
  `);
});

test('rings of other networks are of no concern', () => {
  const nodes = members({
    n1: { vrrp_mac: MAC1 },
    n2: { vrrp_mac: MAC2, vrrp_fabric_id: 667 },
  });
  expect(shown(lint(nodes))).toEqual([]);
});

test('rings of IPv4, and of both families, are in order', () => {
  const vips = ['192.0.2.101', '192.0.2.102', '192.0.2.103'];
  expect(shown(lint(ipv4Nodes(5, { vrrp_vips4: vips })))).toEqual([]);
  expect(shown(lint(dualNodes(3, { vrrp_vips4: vips })))).toEqual([]);
});

test('every IPv4 VIP that cannot be one is told of', () => {
  const vips = [
    '192.0.2.101',
    '192.0.3.1',
    '192.0.2.101',
    '192.0.2.0',
    '192.0.2.255',
    '192.0.2.12',
  ];
  const found = shown(lint(ipv4Nodes(2, { vrrp_vips4: vips })));
  expect(found.filter((line) => line.includes('.yaml:12'))).toMatchInlineSnapshot(`
    [
      "inventory/test.yaml:12:8 A VIP is not in the network of the node | Use addresses of 192.0.2.0/24.",
      "inventory/test.yaml:12:8 A VIP is there twice | Take one of the two out of vrrp_vips4.",
      "inventory/test.yaml:12:8 A VIP is the first address of the network | It is the network’s own: use another.",
      "inventory/test.yaml:12:8 A VIP is the last address of the network | It is for broadcasts: use another, or mend vrrp_prefix_length4.",
      "inventory/test.yaml:12:8 A VIP is the address of a node | n2 (inventory/test.yaml:21:7) has it: use another VIP.",
    ]
  `);
});

test('an IPv4 address of a node that is another’s, or nobody’s, is told of', () => {
  const nodes = ipv4Nodes(3, { vrrp_address4: '192.0.2.15', vrrp_prefix_length4: 28 });
  expect(shown(lint(nodes))).toMatchInlineSnapshot(`
    [
      "inventory/test.yaml:11:7 The address of the node is the first or last one of its network | Use one between 192.0.2.0 and 192.0.2.15, or mend vrrp_prefix_length4, which is 28.",
      "inventory/test.yaml:12:8 A VIP is not in the network of the node | Use addresses of 192.0.2.0/28.",
      "inventory/test.yaml:21:7 Two nodes have the same address | n1 (inventory/test.yaml:11:7) has it too: give each node its own.",
      "inventory/test.yaml:21:7 The address of the node is the first or last one of its network | Use one between 192.0.2.0 and 192.0.2.15, or mend vrrp_prefix_length4, which is 28.",
      "inventory/test.yaml:22:8 A VIP is not in the network of the node | Use addresses of 192.0.2.0/28.",
      "inventory/test.yaml:31:7 Two nodes have the same address | n1 (inventory/test.yaml:11:7) has it too: give each node its own.",
      "inventory/test.yaml:31:7 The address of the node is the first or last one of its network | Use one between 192.0.2.0 and 192.0.2.15, or mend vrrp_prefix_length4, which is 28.",
      "inventory/test.yaml:32:8 A VIP is not in the network of the node | Use addresses of 192.0.2.0/28.",
    ]
  `);
});

test('a node that has VIPs of fewer families than its ring is told of', () => {
  const nodes = [...dualNodes(2).slice(0, 1), ...someNodes(2).slice(1)];
  expect(shown(lint(nodes))).toMatchInlineSnapshot(`
    [
      "inventory/test.yaml:20:5 The nodes of a ring differ in vrrp_vips4 | Give n2 the value of n1 (inventory/test.yaml:15:7), or set it for their group.",
    ]
  `);
  const other = [...dualNodes(2).slice(0, 1), ...ipv4Nodes(2).slice(1)];
  expect(shown(lint(other))).toMatchInlineSnapshot(`
    [
      "inventory/test.yaml:20:5 The nodes of a ring differ in vrrp_vips | Give n2 the value of n1 (inventory/test.yaml:10:5), or set it for their group.",
    ]
  `);
});

test('router ids are counted for the longer list of VIPs', () => {
  const vips = ['192.0.2.101', '192.0.2.102', '192.0.2.103'];
  const vars = { vrrp_vips: 2, vrrp_vips4: vips, vrrp_router_ids: [10, 20] };
  expect(shown(lint(dualNodes(1, vars)))).toMatchInlineSnapshot(`
    [
      "inventory/test.yaml:17:7 There are fewer router ids than VIPs | Set 3, one for each VIP.",
    ]
  `);
});

test('one router id serves both families, and two rings of one IPv4 network need their own', () => {
  const [one] = ipv4Nodes(1);
  const [, two] = ipv4Nodes(2, { vrrp_vips4: ['192.0.2.102'] });
  const nodes = [one, two].filter((node) => node !== undefined);
  expect(shown(lint(nodes))).toMatchInlineSnapshot(`
    [
      "inventory/test.yaml:20:5 Two rings of one network use the same router ids | Set vrrp_router_ids to others than n1 (inventory/test.yaml:10:5) has.",
    ]
  `);
});

test('a build host must be the same for all, and push the image somewhere', () => {
  const registry = { image_registry: 'registry.example', vrrp_mac: MAC2 };
  const nodes = members({
    n1: { vrrp_mac: MAC1, image_build_host: 'builder' },
    n2: { ...registry, image_build_host: 'n1' },
  });
  expect(shown(lint(nodes))).toMatchInlineSnapshot(`
    [
      "inventory/test.yaml:14:7 A build host needs a registry | Set image_registry, or leave image_build_host out: then the image is copied to each node.",
      "inventory/test.yaml:25:7 The nodes differ in image_build_host | Give n2 the value of n1 (inventory/test.yaml:14:7), or set it for all.",
    ]
  `);
  const good = members({
    n1: { ...registry, vrrp_mac: MAC1, image_build_host: 'n1' },
    n2: { ...registry, image_build_host: 'n1' },
  });
  expect(shown(lint(good))).toEqual([]);
});
