import { Failure } from '#engine/model/failure.ts';
import type { Text } from '#engine/model/secret.ts';
import { type Task, task } from '#engine/model/task.ts';
import { sh } from '#engine/shell/quote.ts';
import { configurationMark } from '#keepalived/configuration-mark.ts';
import { keepalivedProcess, PROCESS_FUNCTIONS } from '#keepalived/reads/process.ts';

/** A reload takes some tenths of a second; with a check of the configuration in it, a little more. */
const RELOAD_SECONDS = 10;

export interface LoadedOptions {
  readonly path: string;
  readonly configuration: Text;
  /** Not, where the pod mounts the file itself: then a reload reads the old one, by its inode. */
  readonly reloadable: boolean;
}

function notReloadable(): Failure {
  return new Failure('A keepalived that mounts its file cannot get another one by a reload', {
    fix: 'Set keepalived_mount: directory and the default profile; or take the manifest away, wait until the pod is gone, and run again.',
  });
}

/**
 * What keepalived has loaded is the configuration at `path`. A state, and no handler: a run that dies between
 * the file and the reload is finished by the next one. Into force by SIGHUP, which moves no VIP.
 */
export function ensureConfigurationLoaded({
  path,
  configuration,
  reloadable,
}: LoadedOptions): Task {
  const mark = configurationMark(configuration);
  return task({
    title: 'keepalived has loaded its configuration',
    desired: { configuration: mark },
    reads: { process: keepalivedProcess },
    inspect: ({ process }) => {
      if (process.configuration === undefined) return undefined;
      const loaded = configurationMark(process.configuration);
      if (!reloadable && loaded !== mark) throw notReloadable();
      return { configuration: loaded };
    },
    apply: () => [{ kind: 'run', title: 'reload keepalived', script: reload(path) }],
  });
}

/**
 * The time of the memfd is when keepalived read its configuration. Where that was after the file was
 * put in place, it has the new one: a reload would only disturb a keepalived that has just started.
 */
const reload = (path: string) => `${PROCESS_FUNCTIONS}
tries=0
again() {
  [ "$tries" -lt ${RELOAD_SECONDS * 10} ] || { echo "$1"; exit 1; }
  sleep 0.1
  tries=$((tries + 1))
}
when_read() {
  pid=$(main_processes | head -n 1)
  [ -n "$pid" ] && fd=$(memfd "$pid") && [ -n "$fd" ] && read_at=$(stat -Lc %y "$fd")
}
until when_read; do again "keepalived keeps no configuration that can be seen"; done
${sh`put_at=$(stat -c %z ${path})`}
[ "$(printf '%s\n%s\n' "$read_at" "$put_at" | sort | tail -n 1)" = "$put_at" ] || exit 0
before=$read_at
kill -HUP "$pid"
until when_read && [ "$read_at" != "$before" ]; do again "keepalived has not reloaded in ${RELOAD_SECONDS} s"; done`;
