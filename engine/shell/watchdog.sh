# Runs on the host, apart from every session: undoes the run once the heartbeat is silent for so many
# seconds. $run, $alive and $silence are in its environment, where only its own user sees them.
while [ -e "$run/armed" ]; do
  read -r now _ </proc/uptime
  { read -r last <"$alive"; } 2>/dev/null || last=0
  [ $((${now%%.*} - last)) -lt "$silence" ] || exec sh "$run/undo" first >"$run/undo.log" 2>&1
  sleep 1
done
