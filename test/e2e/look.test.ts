import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Read } from '#engine/model/read.ts';
import { reveal } from '#engine/model/secret.ts';
import { joinReads, splitAnswers } from '#engine/shell/batch.ts';
import { quote } from '#engine/shell/quote.ts';
import { normaliseConfig } from '#keepalived/normalise.ts';
import { drainedBy } from '#keepalived/reads/drained.ts';
import { keepalivedProcess } from '#keepalived/reads/process.ts';
import { vipSample } from '#keepalived/reads/vip-sample.ts';
import { vrrpProbe } from '#keepalived/reads/vrrp-probe.ts';
import { vrrpStates } from '#keepalived/reads/vrrp-states.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import { SHELLS } from '../engine/shell/shells.ts';
import { guideNodes } from '../keepalived/members.ts';
import {
  inNamespaces,
  skipped,
  temporaryFolder,
  testThatNothingIsSkippedInCi,
  why,
} from './support/keepalived-alone.ts';

testThatNothingIsSkippedInCi();
const folder = temporaryFolder();

const VIPS = ['fd02:9a01::1', 'fd02:9a01::2', 'fd02:9a01::3'];
const CHECKS = [
  { name: 'passes', script: '/bin/true', timeout: 3 },
  {
    name: 'fails',
    script: '/usr/bin/curl -s -k -f https://127.0.0.1:1/ -o /dev/null',
    timeout: 3,
  },
];
const sample = vipSample({
  interface: 'srvc0',
  sources: ['fd02:9a01::90b1:1c26:6aa2'],
  vips: VIPS,
  checks: CHECKS,
});

/** A node's, without its checks, for which keepalived would start processes of its own. */
function configuration(): string {
  const nodes = guideNodes({ keepalived_reload_check: false });
  const [node] = nodes;
  if (node === undefined) throw new Error('a ring has nodes');
  return reveal(renderConfig(node, nodes))
    .replaceAll(/^vrrp_script .*?^}/gms, '')
    .replaceAll(/^ *track_script .*?}/gms, '');
}

/** Alone on its network, it gets to hold all VIPs. The log is as kubelet keeps it. */
const START = `
  mount -t sysfs none /sys
  mount -t tmpfs none /var/log
  log=/var/log/pods/fabric_keepalived_1/keepalived
  mkdir -p "$log"
  echo '2026-01-01T00:00:00Z stderr F of an older container' >"$log/0.log"
  touch -d 2026-01-01 "$log/0.log"
  echo '2026-01-01T00:00:01Z stderr F VRRP_Script(fails) failed (exited with status 1)' >"$log/1.log"
  echo '2026-01-01T00:00:01Z stderr F (VI_1) Entering MASTER STATE' >>"$log/1.log"
  echo '2026-01-01T00:00:02Z stderr F Sending unsolicited Neighbour Advert' >>"$log/1.log"
  cp "$FILE" /run/keepalived.conf
  # It dumps its state there.
  mount -t tmpfs none /tmp
  : >/run/naps
  ROTA_POD=mark unshare -p --fork --kill-child keepalived -n -P -f /run/keepalived.conf </dev/null >/dev/null 2>&1 &
  until [ "$(ip -6 addr show dev srvc0 -tentative | grep -c '::[123]/')" = 3 ]; do sleep 0.1; done`;

const REFUSALS = ['::c', '::d'].map(
  (address) => `(VI_1) unicast source address fd02:9a01${address} not a unicast peer`,
);
/**
 * Once the look has begun: its first question to keepalived has come. The second one is in the log of a container
 * that begins meanwhile. A sleep would be counted.
 */
const REFUSE = `{
  until [ -e /tmp/keepalived.json ]; do :; done
  echo '2026-01-01T00:00:03Z stderr F ${REFUSALS[0]}' >>"$log/1.log"
  echo '2026-01-01T00:00:04Z stderr F ${REFUSALS[1]}' >"$log/2.log"
} &`;

/** As a full disk leaves a log, or a look that comes in the middle of a line. */
const CUT_OFF = `printf %s '2026-01-01T00:00:03Z stderr F Sending unsolicited Neigh' >>"$log/1.log"`;

/** How often it is looked whether keepalived has written its state depends on how busy the machine is. */
const NOTE_NAPS = `sleep() { [ "$1" != 0.1 ] || echo >>/run/naps; command sleep "$@"; }`;

/** Prints how many processes it has taken but for those, then its answer. */
const ASK = `
  read -r _ _ _ _ before </proc/loadavg
  $SHELL_OF_NODE -c "$ASKED" >/run/out 2>/run/err
  read -r _ _ _ _ after </proc/loadavg
  naps=$(wc -l </run/naps)
  # One is the shell itself. A nap is one, and the look behind it one more, in bash two.
  echo "$((after - before - 1 - 3 * naps))"
  cat /run/out`;

function ask(shell: readonly string[], reads: readonly Read<unknown>[], meanwhile = '') {
  const file = join(folder(), 'keepalived.conf');
  writeFileSync(file, configuration());
  const names = [
    `ASKED=${quote(`${NOTE_NAPS}\n${joinReads(reads, 'unguessable')}`)}`,
    `SHELL_OF_NODE=${quote(shell.filter((word) => word !== '-s').join(' '))}`,
  ];
  const { status, stdout, stderr } = inNamespaces(
    [...names, START, meanwhile, ASK].join('\n'),
    file,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const marks = Buffer.from('\nunguessable\n'.repeat(reads.length + 1));
  const streams = { stdout: Buffer.from(stdout), stderr: marks };
  const facts = splitAnswers(streams, 'unguessable', reads).map((output, index) =>
    reads[index]?.parse(output),
  );
  return { processes: Number(stdout.split('\n')[0]), facts };
}

/** keepalived has left out what does not matter. */
const LOADED = {
  running: 1,
  others: [],
  isLoaded: true,
  pod: 'mark',
  configuration: expect.toSatisfy(
    (text: string) => normaliseConfig(text) === normaliseConfig(configuration()),
  ),
};

describe.skipIf(why !== undefined).each(SHELLS)(`a look by %s${skipped}`, (_, shell) => {
  test('of a gate tells all, with 1 process for a ping, 2 for a check, and eleven others', () => {
    const { processes, facts } = ask(shell, [sample, drainedBy, keepalivedProcess], CUT_OFF);
    expect(facts).toEqual([
      expect.objectContaining({
        running: 1,
        checks: { passes: true, fails: false },
        statuses: { passes: 0, fails: 7 },
        answers: { fails: 0 },
        reached: VIPS,
        log: ['VRRP_Script(fails) failed (exited with status 1)'],
      }),
      undefined,
      LOADED,
    ]);
    expect(processes).toBeLessThanOrEqual(VIPS.length + 2 * CHECKS.length + 11);
  });

  test('at the end tells what keepalived says of itself, with a few more', () => {
    const reads = [keepalivedProcess, vrrpProbe('srvc0'), vrrpStates];
    const { processes, facts } = ask(shell, reads, REFUSE);
    const masters = VIPS.map(() => expect.objectContaining({ state: 'MASTER', vipSet: true }));
    const told = { by: 'keepalived', before: masters, after: masters };
    const live = VIPS.map((_, index) => ({
      ...{ name: `VI_${index + 1}`, state: 'MASTER', priority: [200, 150, 50][index] },
      seconds: expect.toSatisfy((seconds: number) => seconds > 0 && seconds < 3600),
    }));
    expect(facts).toEqual([LOADED, expect.objectContaining({ told, refusals: REFUSALS }), live]);
    // 26, and 12 more in bash.
    expect(processes).toBeLessThanOrEqual(40);
  });
});
