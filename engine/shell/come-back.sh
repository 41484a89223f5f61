# After a boot: the run $id, which has its lease again, goes on, watched over as before. Nobody has had the host
# meanwhile where it is still waited for.
run=$runs/$id
[ -e "$run/booting" ] || { frame lost; exit 0; }
[ ! -e "$run/armed" ] ||
  ( run=$run alive=$here/alive-$id silence=$silence_seconds setsid sh -c "$watchdog" </dev/null >/dev/null 2>&1 & )
rm -f "$run/booting"
