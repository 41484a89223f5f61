import { expect, test } from 'vitest';
import { advise } from '#keepalived/advise.ts';
import { guideNodes, members, someNodes } from './members.ts';
import { shown } from './shown.ts';

const MAC1 = '02:00:00:00:00:01';
const MAC2 = '02:00:00:00:00:02';

test('the guide’s nodes in the default profile call for no advice', () => {
  expect(shown(advise(guideNodes()))).toEqual([]);
  expect(shown(advise(guideNodes().slice(0, 1)))).toEqual([]);
});

test('what works and is still unwise is told of', () => {
  const checks = [
    { name: 'chk_slow', url: 'http://localhost:1/', interval: 20, timeout: 20, fall: 1 },
    { name: 'chk_curl', command: ['/usr/bin/curl', '-sk', 'https://localhost:6443/healthz'] },
  ];
  const nodes = someNodes(3, {
    vrrp_fabric_id: 5000,
    vrrp_ladder: [150, 151, 50],
    vrrp_vip_preferred: true,
    keepalived_checks: checks,
  }).slice(0, 1);
  expect(shown(advise(nodes))).toMatchInlineSnapshot(`
    [
      "inventory/test.yaml:11:7 The fabric id is above 4095 | Make sure that the other parts of the fabric write it as four digits, too.",
      "inventory/test.yaml:15:7 The node will use a VIP as the source of its own connections | Leave vrrp_vip_preferred out: etcd and kubelet expect the node’s own address.",
      "inventory/test.yaml:16:9 The check chk_slow may still run when it is to run again | Set timeout below interval.",
      "inventory/test.yaml:16:9 The check chk_slow moves the VIPs at the first failure | Set fall to 2 or more.",
      "inventory/test.yaml:16:9 The check chk_slow is slow to see a failure | Set interval to 10 or less.",
      "inventory/test.yaml:16:9 The check chk_curl takes an error for a healthy answer | Give curl -f, or use url in place of command.",
    ]
  `);
});

test('a node that fell out of its ring by a slip is told of', () => {
  const nodes = members({ n1: { vrrp_mac: MAC1 }, n2: { vrrp_mac: MAC2, vrrp_virt: 2 } });
  expect(shown(advise(nodes))).toMatchInlineSnapshot(`
    [
      "inventory/test.yaml:11:7 n1 shares no VIP with another node | If it belongs to a ring, give it the same vrrp_fabric_id, vrrp_virt and vrrp_vips.",
      "inventory/test.yaml:21:7 n2 shares no VIP with another node | If it belongs to a ring, give it the same vrrp_fabric_id, vrrp_virt and vrrp_vips.",
    ]
  `);
});

test('the guide’s profile and what has no effect in it are told of', () => {
  const nodes = guideNodes({ keepalived_profile: 'guide', keepalived_mount: 'file' });
  expect(shown(advise(nodes.slice(0, 1)))).toMatchInlineSnapshot(`
    [
      "inventory/test.yaml:14:7 The guide’s own configuration takes an error for a healthy answer | Leave keepalived_profile out to get it made safe; docs/guide.md lists the differences.",
      "inventory/test.yaml:15:7 keepalived_mount has no effect with the guide’s profiles | Take it out, or leave keepalived_profile out.",
    ]
  `);
});

test('a node without a check is told of', () => {
  expect(shown(advise(someNodes(1, { keepalived_checks: [] })))).toMatchInlineSnapshot(`
    [
      "inventory/test.yaml:14:7 There is no check | Leave keepalived_checks out to check the API server, or a VIP stays where it is dead.",
    ]
  `);
});

test('an IPv4 address that nothing is done with is told of', () => {
  const nodes = guideNodes({ vrrp_address4: '192.0.2.11' }).slice(0, 1);
  expect(shown(advise(nodes))).toMatchInlineSnapshot(`
    [
      "inventory/test.yaml:14:7 vrrp_address4 has no effect without vrrp_vips4 | List the IPv4 VIPs in vrrp_vips4, or take it out.",
    ]
  `);
});

test('nodes of one ring with different checks are told of, with both places', () => {
  const check = { name: 'chk_a', url: 'http://localhost:1/' };
  const other = { name: 'chk_b', url: 'http://localhost:2/' };
  const nodes = members({
    n1: { vrrp_mac: MAC1, keepalived_checks: [check, other] },
    n2: { vrrp_mac: MAC2, keepalived_checks: [other, check] },
    n3: { vrrp_mac: '02:00:00:00:00:03', keepalived_checks: [{ ...check, fall: 9 }, other] },
    n4: { vrrp_mac: '02:00:00:00:00:04' },
  });
  expect(shown(advise(nodes))).toMatchInlineSnapshot(`
    [
      "inventory/test.yaml:34:7 The nodes of a ring have different checks | Give n3 those of n1 (inventory/test.yaml:14:7), or a VIP stays or moves by where it is.",
      "inventory/test.yaml:40:5 The nodes of a ring have different checks | Give n4 those of n1 (inventory/test.yaml:14:7), or a VIP stays or moves by where it is.",
    ]
  `);
});

test('a program that keepalived may find behind a link is told of', () => {
  const programs = ['/bin/true', '/sbin/ip', '/var/run/check', '/usr/bin/true', '/opt/bin/x'];
  const checks = programs.map((program, index) => ({ name: `chk_${index}`, command: [program] }));
  const told = advise(someNodes(1, { keepalived_checks: checks }));
  expect(shown(told)).toMatchInlineSnapshot(`
    [
      "inventory/test.yaml:14:9 The check chk_0 has a program whose path is a link in many images | keepalived 2.3.3 refuses what lies behind a link: write /usr/bin/…, or where else it is.",
      "inventory/test.yaml:14:9 The check chk_1 has a program whose path is a link in many images | keepalived 2.3.3 refuses what lies behind a link: write /usr/bin/…, or where else it is.",
      "inventory/test.yaml:14:9 The check chk_2 has a program whose path is a link in many images | keepalived 2.3.3 refuses what lies behind a link: write /usr/bin/…, or where else it is.",
    ]
  `);
});
