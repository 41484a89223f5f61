/**
 * Shell functions beside PROCESS_FUNCTIONS. The time of keepalived's memfd is when it read its
 * configuration: `when_read` sets `pid` and `read_at` to those of the keepalived that runs, and
 * `is_newer` compares two such times, or one with a file's.
 */
export const WHEN_READ = `when_read() {
  pid=$(main_processes | head -n 1)
  [ -n "$pid" ] && fd=$(memfd "$pid") && [ -n "$fd" ] && read_at=$(stat -Lc %y "$fd")
}
is_newer() { [ "$(printf '%s\\n%s\\n' "$1" "$2" | sort | tail -n 1)" != "$2" ]; }`;
