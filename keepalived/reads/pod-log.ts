/**
 * Sets `log` to the newest log of keepalived's container, or to nothing. Where kubelet puts it, whatever
 * the runtime. dash, bash and busybox compare files' times, though POSIX has had it since 2024 only.
 */
export const FIND_LOG = `log=
for newer in /var/log/pods/*keepalived*/keepalived/*.log; do
  [ -e "$newer" ] || continue
  [ -n "$log" ] && [ "$log" -nt "$newer" ] || log=$newer
done`;
