import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reveal } from '#engine/model/secret.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import { guideNodes } from '../keepalived/members.ts';
import { inNamespaces, skipped, temporaryFolder, why } from './support/keepalived-alone.ts';

const folder = temporaryFolder();

/** A router on the other end of the cable, with our router id, a higher priority and our VIPs. */
const BESIDE_ANOTHER = `
  ip addr add 192.0.2.11/24 dev srvc0
  ip netns add other
  ip link set peer0 netns other
  other() { ip netns exec other "$@"; }
  other ip link set peer0 up
  other ip addr add 192.0.2.77/24 dev peer0
  printf 'vrrp_instance A%s {\\n interface peer0\\n version 3\\n virtual_router_id 10\\n priority 250\\n virtual_ipaddress {\\n %s\\n }\\n}\\n' \\
    6 fd02:9a01::1/64 4 192.0.2.101/24 >"$FILE.other"
  other keepalived -n -P -f "$FILE.other" -p /run/o.pid -r /run/o.vrrp.pid >/dev/null 2>&1 &
  until_seen() { while ! "$@" | grep -q "$seen"; do sleep 0.1; done; }
  seen=192.0.2.101 until_seen other ip addr
  seen=fd02:9a01::1/ until_seen other ip addr
  keepalived -n -l -D -P -f "$FILE" >"$FILE.log" 2>&1 &
  seen=192.0.2.101 until_seen ip addr
  seen=fd02:9a01::1/ until_seen ip addr
  other timeout 20 tcpdump -l -n -c 8 -i peer0 'ip proto 112 or ip6 proto 112' 2>/dev/null | grep -vc 'prio 250' || :
  ip addr show dev srvc0 | grep -c -e 192.0.2.101 -e fd02:9a01::1/
  grep -ciE 'advert received|cant send|higher|lower|error' "$FILE.log" || :`;

describe.skipIf(why !== undefined)(`a node alone${skipped}`, () => {
  test('keeps its VIPs beside a router of its router id and a higher priority, and sends it nothing', () => {
    const [node] = guideNodes({
      vrrp_vips: 1,
      vrrp_vips4: ['192.0.2.101'],
      vrrp_address4: '192.0.2.11',
      keepalived_checks: [],
    });
    if (node === undefined) throw new Error('the guide has nodes');
    const file = join(folder(), 'keepalived.conf');
    writeFileSync(file, reveal(renderConfig(node, [node])));
    const { status, stdout } = inNamespaces(BESIDE_ANOTHER, file);
    // Adverts of ours that left the machine, VIPs that it holds, and what it says of others.
    expect({ status, stdout }).toEqual({ status: 0, stdout: '0\n2\n0\n' });
  });
});
