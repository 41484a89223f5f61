# keepalived calls it as: INSTANCE NAME STATE PRIORITY. It appends, so that two calls at once lose nothing; where
# both cut the file, each has its own beside it.
set -u
umask 022
log=/var/log/rota-notify/$2
echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) $2 $3" >>"$log"
logger -t keepalived -p daemon.notice "$2 is $3, priority $4"
[ "$(wc -l <"$log")" -le 200 ] || { tail -n 100 "$log" >"${log%/*}/.$2-$$" && mv "${log%/*}/.$2-$$" "$log"; }
