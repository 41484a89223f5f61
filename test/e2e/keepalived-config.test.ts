import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reveal } from '#engine/model/secret.ts';
import { normaliseConfig } from '#keepalived/normalise.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import type { Node } from '#keepalived/vars.ts';
import { guideNodes, someNodes } from '../keepalived/members.ts';
import {
  inNamespaces,
  skipped,
  temporaryFolder,
  testThatNothingIsSkippedInCi,
  why,
} from './support/keepalived-alone.ts';

testThatNothingIsSkippedInCi();
const folder = temporaryFolder();

function fileOf(nodes: readonly Node[]): string {
  const [node] = nodes;
  if (node === undefined) throw new Error('a ring has nodes');
  const path = join(folder(), 'keepalived.conf');
  writeFileSync(path, reveal(renderConfig(node, nodes)));
  return path;
}

function check(nodes: readonly Node[]) {
  const file = fileOf(nodes);
  const { status, stdout, stderr } = inNamespaces('keepalived -t -e -f "$FILE"', file);
  const lines = `${stdout}${stderr}`.replaceAll(file, 'FILE').split('\n').filter(Boolean);
  return { status, lines };
}

describe.skipIf(why !== undefined)(`keepalived's own check${skipped}`, () => {
  const command = ['/usr/bin/test', '-e', '/run/a?b=c&d[1]%20,+:.x_y-z'];

  test.for<[string, readonly Node[]]>([
    ['the guide’s three nodes', guideNodes()],
    ['a node alone', guideNodes().slice(0, 1)],
    ['nine nodes with 25 VIPs', someNodes(9, { vrrp_vips: 25 })],
    ['the guide’s template', guideNodes({ keepalived_profile: 'guide-template' })],
    ['no check', guideNodes({ keepalived_checks: [] })],
    [
      'a check with all that a command may hold',
      guideNodes({ keepalived_checks: [{ name: 'a', command }] }),
    ],
    [
      'every option',
      guideNodes({
        vrrp_check_unicast_src: false,
        vrrp_vip_preferred: true,
        keepalived_reload_check: false,
        keepalived_garp_refresh: 0,
      }),
    ],
  ])('has no word to say of %s', ([, nodes]) => {
    expect(check(nodes)).toEqual({ status: 0, lines: [] });
  });

  test('says seven lines of the guide’s own configuration', () => {
    expect(check(guideNodes({ keepalived_profile: 'guide' }))).toMatchInlineSnapshot(`
        {
          "lines": [
            "(FILE: Line 27) Truncating auth_pass to 8 characters",
            "(FILE: Line 56) Truncating auth_pass to 8 characters",
            "(FILE: Line 85) Truncating auth_pass to 8 characters",
            "SECURITY VIOLATION - scripts are being executed but script_security not enabled.",
            "(VI_1) VRRP version 3 does not support authentication. Ignoring.",
            "(VI_2) VRRP version 3 does not support authentication. Ignoring.",
            "(VI_3) VRRP version 3 does not support authentication. Ignoring.",
          ],
          "status": 6,
        }
      `);
  });

  test('finds a word that it does not know', () => {
    const file = fileOf(guideNodes());
    writeFileSync(file, readFileSync(file, 'utf8').replace('priority ', 'importance '));
    expect(inNamespaces('keepalived -t -e -f "$FILE"', file).status).toBe(5);
  });
});

const SHOW_WHAT_IT_HOLDS = `
  keepalived -n -P -f "$FILE" </dev/null >/dev/null 2>&1 &
  # Its children read what it holds: with the first of them, that is whole.
  until pgrep -P $! >/dev/null; do sleep 0.1; done
  for link in /proc/$!/fd/*; do
    case "$(readlink "$link")" in
      /memfd:/keepalived/consolidated_configuration*) cat "$link" ;;
    esac
  done
  kill $!
  wait`;

describe.skipIf(why !== undefined)(
  `what a keepalived that runs keeps of its file${skipped}`,
  () => {
    test.for<[string, Record<string, unknown>]>([
      ['default', {}],
      ['guide', { keepalived_profile: 'guide' }],
      ['guide-template', { keepalived_profile: 'guide-template' }],
    ])('has the form of the file, in the profile %s', ([, vars]) => {
      const file = fileOf(guideNodes(vars));
      const held = inNamespaces(SHOW_WHAT_IT_HOLDS, file).stdout;
      expect(normaliseConfig(held)).toBe(normaliseConfig(readFileSync(file, 'utf8')));
    });
  },
);
