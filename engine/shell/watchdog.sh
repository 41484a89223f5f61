# Runs on the host, apart from every session: undoes the run once the heartbeat is silent for so many
# seconds, unless the host is about to be booted. $run, $alive and $silence are in its environment, where only its own user sees them. The lease of
# a rota that is gone is given back by nobody else.
is_silent() {
  read -r now _ </proc/uptime
  { read -r last <"$alive"; } 2>/dev/null || last=0
  [ $((${now%%.*} - last)) -ge "$silence" ]
}
while [ -e "$run/armed" ]; do
  if is_silent && ! awaits_boot "$run"; then sh "$run/undo" first >"$run/undo.log" 2>&1; break; fi
  sleep 1
done
if is_silent; then let_go "${run##*/}"; fi
