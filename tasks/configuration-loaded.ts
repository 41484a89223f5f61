import type { Text } from '#engine/model/secret.ts';
import { type Task, task } from '#engine/model/task.ts';
import { configurationMark } from '#keepalived/configuration-mark.ts';
import { keepalivedProcess, PROCESS_FUNCTIONS } from '#keepalived/reads/process.ts';

/** A reload takes some tenths of a second; with a check of the configuration in it, a little more. */
const RELOAD_SECONDS = 10;

/**
 * What keepalived has loaded is this configuration. A state, and no handler: a run that dies between
 * the file and the reload is finished by the next one. Into force by SIGHUP, which moves no VIP.
 */
export function ensureConfigurationLoaded(configuration: Text): Task {
  return task({
    title: 'keepalived has loaded its configuration',
    desired: { configuration: configurationMark(configuration) },
    reads: { process: keepalivedProcess },
    inspect: ({ process }) =>
      process.configuration === undefined
        ? undefined
        : { configuration: configurationMark(process.configuration) },
    apply: () => [{ kind: 'run', title: 'reload keepalived', script: RELOAD }],
  });
}

/** A keepalived that has just started, or is starting, loads the new file by itself. */
const RELOAD = `${PROCESS_FUNCTIONS}
loaded() {
  pid=$(main_processes | head -n 1)
  [ -n "$pid" ] || return 1
  fd=$(memfd "$pid")
  [ -n "$fd" ] && sum=$(sha256sum <"$fd")
}
waited=0
until loaded; do
  [ "$waited" -lt $((${RELOAD_SECONDS} * 10)) ] || { echo "keepalived keeps no configuration that can be seen"; exit 1; }
  sleep 0.1
  waited=$((waited + 1))
done
before=$sum
kill -HUP "$pid"
waited=0
while [ "$sum" = "$before" ] && [ "$waited" -lt $((${RELOAD_SECONDS} * 10)) ]; do
  sleep 0.1
  waited=$((waited + 1))
  loaded || true
done`;
