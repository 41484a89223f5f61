import { expect, test } from 'vitest';
import { formatRing } from '../../../cli/status/format.ts';
import { brokenRing, NOW, wellRing } from './rings.ts';

test('a ring that is whole is read at a glance: what all nodes have is said once', () => {
  expect(formatRing(wellRing(), { now: NOW, columns: 80 })).toMatchInlineSnapshot(`
    "✔ ring of node1, node2 and node3: every VIP is where it belongs

    VIP      held by  since       next
    fd02::1  node1    4 min 03 s  node3
    fd02::2  node2    4 min 03 s  node1
    fd02::3  node3    4 min 03 s  node2

    node   keepalived       priorities  checks
    node1  runs 2 h 05 min  200 150 50  ✔ chk_api_service
    node2  runs 2 h 05 min  50 200 150  ✔ chk_api_service
    node3  runs 2 h 05 min  150 50 200  ✔ chk_api_service

    all nodes  configuration, pod and sysctls: ok
    image      registry.example:5000/ocp/keepalived@sha256:0123456789ab…"
  `);
});

test('of one that is not, each node says what is wrong, and each VIP where it should be', () => {
  expect(formatRing(brokenRing(), { now: NOW })).toMatchInlineSnapshot(`
    "✖ ring of node1, node2, node3 and node4: no answer from 1 node, 1 finding
    VIP fd02::1: expected held by node1, seen split brain

    VIP      held by                      next    expected on
    fd02::1  node1 and node3              nobody  node1
    fd02::2  none of those that answered  nobody  no node: none is able to
    fd02::3  none of those that answered  nobody  no node: none is able to

    node   keepalived       priorities  checks             configuration  pod   sysctls
    node1  runs 2 h 05 min  200 150 50  ✔ chk_api_service  ok             ok    ok
    node2  drained          50 200 150                     ok             none  ok
    node3  2 run, one 5 s   150 50 200  ✖ chk_api_service  pending        ok    differ
    node4  unreachable

    node1  image registry.example:5000/ocp/keepalived@sha256:0123456789ab…
    node2  drained by ada@desk at 2026-11-24T09:00:00Z
    node2  image registry.example:5000/ocp/keepalived@sha256:0123456789ab…
    node3  can hold no VIP: chk_api_service: HTTP 503
    node3  keepalived has not loaded the configuration that is there
    node3  net.ipv6.ip_nonlocal_bind is 0, not 1
    node3  deploy by bob@hut for 1 min 00 s, run R
    node3  image localhost/keepalived:old

    ✖ The connection was refused
      where  node4"
  `);
});

test('where tables are too wide, each row is a block', () => {
  expect(formatRing(brokenRing(), { now: NOW, columns: 40 })).toMatchInlineSnapshot(`
    "✖ ring of node1, node2, node3 and node4: no answer from 1 node, 1 finding
    VIP fd02::1: expected held by node1, seen split brain

    fd02::1
      held by      node1 and node3
      next         nobody
      expected on  node1
    fd02::2
      held by      none of those that answered
      next         nobody
      expected on  no node: none is able to
    fd02::3
      held by      none of those that answered
      next         nobody
      expected on  no node: none is able to

    node1
      keepalived     runs 2 h 05 min
      priorities     200 150 50
      checks         ✔ chk_api_service
      configuration  ok
      pod            ok
      sysctls        ok
    node2
      keepalived     drained
      priorities     50 200 150
      configuration  ok
      pod            none
      sysctls        ok
    node3
      keepalived     2 run, one 5 s
      priorities     150 50 200
      checks         ✖ chk_api_service
      configuration  pending
      pod            ok
      sysctls        differ
    node4
      keepalived  unreachable

    node1  image registry.example:5000/ocp/keepalived@sha256:0123456789ab…
    node2  drained by ada@desk at 2026-11-24T09:00:00Z
    node2  image registry.example:5000/ocp/keepalived@sha256:0123456789ab…
    node3  can hold no VIP: chk_api_service: HTTP 503
    node3  keepalived has not loaded the configuration that is there
    node3  net.ipv6.ip_nonlocal_bind is 0, not 1
    node3  deploy by bob@hut for 1 min 00 s, run R
    node3  image localhost/keepalived:old

    ✖ The connection was refused
      where  node4"
  `);
});

test('what a host says steers no terminal', () => {
  const ring = wellRing();
  const nodes = ring.nodes.map((node) => ({ ...node, drained: 'eve\u001b[2J' }));
  expect(formatRing({ ...ring, nodes }, { now: NOW })).toContain('drained by eve\\x1b[2J');
});
