/**
 * Sets `log` to the newest log of keepalived's container that is not empty, or to nothing: one that has only
 * just begun says less of why it does not run than the one before. Where kubelet puts it, whatever the
 * runtime. `logs` are all of these, each behind a blank. dash, bash and busybox compare files' times, though POSIX
 * has had it since 2024 only.
 */
export const FIND_LOG = `log= logs=
for newer in /var/log/pods/*keepalived*/keepalived/*.log; do
  [ -s "$newer" ] || continue
  logs="$logs $newer"
  [ -n "$log" ] && [ "$log" -nt "$newer" ] || log=$newer
done`;

const LOG_LINES = 4;

/** What keepalived tells of its work, and our own questions: none of it says why something is wrong. */
const WORK =
  /nsolicited|gratuitous ARP| as json for |Entering (?:MASTER|BACKUP) STATE|(?:setting|removing) VIPs|sockpool|Assigned address|sent 0 priority|Reload/;

/** What comes before is of another configuration, or of another process. */
const ANEW = /: (?:Reloading \.\.\.|Starting Keepalived)/;

/** Each line of the log begins with its time, stream and a flag. Most would be of a change of state. */
export function lastLines(log: string): readonly string[] {
  const lines = log.split('\n');
  const said = lines
    .slice(lines.findLastIndex((line) => ANEW.test(line)) + 1)
    .filter((line) => !WORK.test(line))
    .flatMap((line) => /^[^ ]* std[a-z]* F (.*)$/.exec(line)?.[1] ?? []);
  return [...new Set(said)].slice(-LOG_LINES);
}
