/**
 * Shell functions for a wait that ends by the clock, however long each look takes: `start_clock
 * SECONDS`, and then `has_time` succeeds until they are over. `waited` is the seconds that are gone.
 */
export const CLOCK = `read_clock() { read -r clock _ </proc/uptime; clock=\${clock%%.*}; }
start_clock() { read_clock; clock_start=$clock clock_limit=$1; }
has_time() { read_clock; waited=$((clock - clock_start)); [ "$waited" -lt "$clock_limit" ]; }`;
