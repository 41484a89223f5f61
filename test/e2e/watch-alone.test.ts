import { describe, expect, test } from 'vitest';
import { quote } from '#engine/shell/quote.ts';
import { followScript, watchScript } from '#keepalived/watch/script.ts';
import { SHELLS } from '../engine/shell/shells.ts';
import {
  inNamespaces,
  skipped,
  testThatNothingIsSkippedInCi,
  why,
} from './support/keepalived-alone.ts';

testThatNothingIsSkippedInCi();

const OWN = 'fd02:9a01::90b1:1c26:6aa2';
const VIP = 'fd02:9a01::1';
const HELD = 'held 1 fd029a01000000000000000000000001';
const FOLLOW = followScript({ interface: 'srvc0', vips: [VIP] });
const SCRIPT = watchScript({ interface: 'srvc0', sources: [OWN], vips: [VIP], peers: [OWN] });

/** Starts a watch, and waits until all that it starts with has ended. What it tells is in /run/out. */
const startOf = (command: string) => `
  mount -t sysfs none /sys
  mkdir /run/bin
  ln -s "$(command -v busybox)" /run/bin/ip
  mkfifo /run/stdin
  exec 9<>/run/stdin
  told() { until grep -qs "$1" /run/out; do sleep 0.05; done; }
  last_process() { read -r _ _ _ _ last </proc/loadavg; }
  # One is this sleep.
  started_in() { last_process; before=$last; sleep "$1"; last_process; started=$((last - before)); }
  alone() { set -- /proc/[0-9]*; [ $# = 1 ]; }
  end() {
    code=0
    wait "$watch" 2>/dev/null || code=$?
    until alone; do sleep 0.05; done
    echo "ended with $code"
    cat /run/err
  }
  # The kernel gives both ends of the link an address a second after it came up.
  until [ "$(ip -6 -o addr show scope link -tentative | wc -l)" = 2 ]; do sleep 0.05; done
  until read -r carrier </sys/class/net/srvc0/carrier && [ "$carrier" = 1 ]; do sleep 0.05; done
  ${command} </run/stdin >/run/out 2>/run/err 9>&- &
  watch=$!
  told '^held 1'
  [ "$QUIET" = yes ] || told "from $ADDRESS"`;

const QUIET = 'started_in 1; until [ "$started" = 1 ]; do started_in 1; done';

const CHANGES = `
  ip addr add ${VIP}/64 dev srvc0 nodad
  told '^${HELD}'
  ip addr del ${VIP}/64 dev srvc0
  until [ "$(grep -c '^held 1$' /run/out)" = 2 ]; do sleep 0.05; done
  ip link set peer0 down
  told '^held 0'
  ip link set peer0 up
  until [ "$(grep -c '^held 1$' /run/out)" = 3 ]; do sleep 0.05; done
  grep ^held /run/out | cut -d ' ' -f 1-3`;
const CHANGES_TOLD = ['held 1', HELD, 'held 1', 'held 0', 'held 1'];

/** busybox prefers its own programs to those of the PATH, and its `ip` has no monitor. */
const withMonitor = SCRIPT.replace('  ip -o monitor', '  "$(command -v /sbin/ip)" -o monitor');

interface Watching {
  readonly shell: readonly string[];
  readonly script?: string;
  readonly path?: string;
  readonly isQuiet?: boolean;
  readonly steps: readonly string[];
}

function watch({ shell, script = withMonitor, path = '', isQuiet = false, steps }: Watching) {
  const argv = shell.filter((word) => word !== '-s').join(' ');
  const command = `env PATH="${path}$PATH" ${argv} -c ${quote(script)}`;
  const begin = `QUIET=${isQuiet ? 'yes' : 'no'}${startOf(command)}`;
  const { status, stdout, stderr } = inNamespaces([begin, ...steps].join('\n'), '');
  return { status, stderr, lines: stdout.trim().split('\n') };
}

const WELL = { status: 0, stderr: '' };

describe.skipIf(why !== undefined).each(SHELLS)(`a watch in %s${skipped}`, (_, shell) => {
  test('tells changes, starts no process while there are none, and ends when its shell is killed', () => {
    const counted = 'started_in 3; echo "$((started - 1)) processes"';
    const steps = [QUIET, counted, CHANGES, QUIET, 'kill -KILL "$watch"; end'];
    const lines = ['0 processes', ...CHANGES_TOLD, 'ended with 137'];
    expect(watch({ shell, steps })).toEqual({ ...WELL, lines });
  });

  test('ends with all that it started when one of its pings ends, and when its stdin does', () => {
    expect(watch({ shell, steps: ['kill -KILL "$(pgrep -o ping)"; end'] })).toEqual({
      ...WELL,
      lines: ['ended with 1', 'a ping ended by itself'],
    });
    expect(watch({ shell, steps: ['exec 9>&-; end'] })).toEqual({
      ...WELL,
      lines: ['ended with 0'],
    });
  });

  test('ends with all that it started when its stdin does, though who is to see to that was killed', () => {
    const keeper = '[ "$process/fd/0" -ef "$process/fd/6" ]';
    const killed = `for process in /proc/[0-9]*; do ! ${keeper} || kill -KILL "\${process#/proc/}"; done`;
    expect(watch({ shell, steps: [killed, 'exec 9>&-; end'] })).toEqual({
      ...WELL,
      lines: ['ended with 0'],
    });
  });

  test('looks again and again where ip has no monitor, and where that has ended', () => {
    const lines = [...CHANGES_TOLD, 'ended with 137'];
    const end = 'kill -KILL "$watch"; end';
    const without = { shell, script: SCRIPT, path: '/run/bin:', steps: [CHANGES, end] };
    expect(watch(without)).toEqual({ ...WELL, lines });
    const ended = { shell, steps: [QUIET, 'kill -KILL "$(pgrep -x ip)"', CHANGES, end] };
    expect(watch(ended)).toEqual({ ...WELL, lines });
  });

  test('probes nothing when it only follows, and ends with its stdin', () => {
    const counted = 'started_in 3; echo "$((started - 1)) processes, $(pgrep -c ping) pings"';
    const script = FOLLOW.replace('  ip -o monitor', '  "$(command -v /sbin/ip)" -o monitor');
    const steps = [QUIET, counted, CHANGES, 'exec 9>&-; end'];
    expect(watch({ shell, script, isQuiet: true, steps })).toEqual({
      ...WELL,
      lines: ['0 processes, 0 pings', ...CHANGES_TOLD, 'ended with 0'],
    });
  });
});
