# Runs on the host, apart from every session: undoes the run once the heartbeat is silent for so many
# seconds. $run, $alive and $silence are in its environment, where only its own user sees them.
while [ -e "$run/armed" ]; do
  read -r now _ </proc/uptime
  { read -r last <"$alive"; } 2>/dev/null || last=0
  if [ $((${now%%.*} - last)) -ge "$silence" ]; then
    sh "$run/undo" first >"$run/undo.log" 2>&1
    # Nobody else gives the lease of a rota back that is gone.
    find_holder
    [ "$holder" != "${run##*/}" ] || rm -f "$lease"
    rm -f "$alive" "$here/lease-${run##*/}"
  fi
  sleep 1
done
