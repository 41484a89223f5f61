import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reveal } from '#engine/model/secret.ts';
import { quote } from '#engine/shell/quote.ts';
import { normaliseConfig } from '#keepalived/normalise.ts';
import { PROCESS_FUNCTIONS } from '#keepalived/reads/process.ts';
import { renderConfig } from '#keepalived/render-config.ts';
import { configurationLoaded } from '#tasks/keepalived/configuration-loaded.ts';
import { guideNodes } from '../keepalived/members.ts';
import {
  inNamespaces,
  skipped,
  temporaryFolder,
  testThatNothingIsSkippedInCi,
  why,
} from './support/keepalived-alone.ts';
import { whereLoaded } from './support/where-loaded.ts';

testThatNothingIsSkippedInCi();
const folder = temporaryFolder();

/** The configuration of a node. `isChecked`: keepalived has a child of its own check it before it reloads. */
function configuration(fall: number, isChecked = false): string {
  const nodes = guideNodes({ keepalived_reload_check: isChecked });
  const [node] = nodes;
  if (node === undefined) throw new Error('a ring has nodes');
  return reveal(renderConfig(node, nodes)).replace(/fall +\d+/, `fall ${fall}`);
}

/** keepalived takes half a second to read them. */
const COMMENTS = '# nobody reads this\n'.repeat(3_000_000);

function reloadOf(path: string): string {
  const manifest = '/nowhere';
  const task = configurationLoaded({
    path,
    configuration: '',
    manifest,
    mount: 'directory',
  });
  const [command] = task.plan(whereLoaded('old')).commands;
  if (command?.kind !== 'run') throw new Error('a reload is a script');
  return `set -eu\n${reveal(command.script)}`;
}

/** Starts keepalived as process 1 of its namespace, as in a pod; `main` is its number out here. */
const START = `${PROCESS_FUNCTIONS}
  cp "$FILE.old" "$FILE"
  unshare -p --fork --kill-child keepalived -n -P -f "$FILE" </dev/null >/dev/null 2>&1 &
  held() { grep . "$(memfd "$main")"; }
  is_up() { main=$(main_processes) && [ -n "$main" ] && [ -n "$(memfd "$main")" ] && held | grep -q '^vrrp_instance'; }
  until is_up; do sleep 0.1; done`;

/** Freezes it while it reads `new`; meanwhile `old` is put back, and the reload begins. */
const RELOAD_WHILE_IT_READS = `${START}
  is_reading() { ls -l "/proc/$main/fd" | grep -q " $FILE\\( (deleted)\\)\\?$"; }
  until grep -q '^SigIgn:.*[02468ace]$' "/proc/$main/status"; do sleep 0.1; done
  mv "$FILE.new" "$FILE"
  kill -HUP "$main"
  until is_reading; do :; done
  kill -STOP "$main"
  is_reading || { echo 'it has read the file already' >&2; exit 1; }
  mv "$FILE.old" "$FILE"
  sh -c "$RELOAD" &
  reload=$!
  until grep -q '^ShdPnd:.*[13579bdf]$' "/proc/$main/status"; do sleep 0.05; done
  kill -CONT "$main"
  wait "$reload"
  held`;

/**
 * keepalived gives its check of a configuration five seconds, and goes on with what it had where it takes
 * longer, or ends badly: as here at first, when it has read all of it.
 */
const RELOAD_WITHOUT_A_CHECK = `${START}
  program=$(readlink "/proc/$main/exe")
  cp "$program" "$TMPDIR/real"
  printf '%s\\n' '#!/bin/sh' "$TMPDIR/real \\"\\$@\\" || exit" "[ -e $TMPDIR/again ] || { : >$TMPDIR/again; kill -KILL \\$\\$; }" >"$TMPDIR/fails"
  chmod +x "$TMPDIR/fails"
  mount --bind "$TMPDIR/fails" "$program"
  mv "$FILE.new" "$FILE"
  sh -c "$RELOAD"
  kill -"$("$TMPDIR/real" --signum=JSON)" "$main"
  until [ -s "$TMPDIR/keepalived.json" ]; do sleep 0.1; done
  [ -e "$TMPDIR/again" ]
  grep -o '"iname":"[^"]*"' "$TMPDIR/keepalived.json"`;

const RELOAD_WITHOUT_A_FILE = `${START}
  rm "$FILE"
  sh -c "$RELOAD"
  [ "$(main_processes)" = "$main" ]
  held`;

describe.skipIf(why !== undefined)(`a reload${skipped}`, () => {
  test.for([
    [
      'while keepalived reads what was there before, ends with what is there now',
      RELOAD_WHILE_IT_READS,
    ],
    ['without a file to load, leaves keepalived alone with what it has', RELOAD_WITHOUT_A_FILE],
  ])('%s', ([, script]) => {
    const file = join(folder(), 'keepalived.conf');
    writeFileSync(`${file}.old`, configuration(2));
    writeFileSync(`${file}.new`, `${COMMENTS}${configuration(7)}`);
    const reload = `RELOAD=${quote(reloadOf(file))}`;
    const { status, stdout, stderr } = inNamespaces(`${reload}\n${script}`, file);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(normaliseConfig(stdout)).toBe(normaliseConfig(configuration(2)));
  });

  test('goes on until what was read is in force, where the check before that did not end well', () => {
    const file = join(folder(), 'keepalived.conf');
    writeFileSync(`${file}.old`, configuration(2, true));
    const first = configuration(7, true).replace(/vrrp_instance VI_2 .*$/s, '');
    writeFileSync(`${file}.new`, first);
    const script = `RELOAD=${quote(reloadOf(file))}\nexport TMPDIR=${quote(folder())}\n${RELOAD_WITHOUT_A_CHECK}`;
    const { status, stdout, stderr } = inNamespaces(script, file);
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: '"iname":"VI_1"\n',
      stderr: '',
    });
  });
});
