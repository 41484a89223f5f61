# How the service $name stands: `look_at_service FILE…` sets `known`, `running`, `enabled` and `newer`, the first of the
# files, or of what is in the folders among them, that has changed since the service has read it. It has when it
# started, by /proc (proc(5)) in whole seconds, or when `bring` has told it to, by a file made just before that
# which gets its name just behind it: whatever is cut off between, it is told again. Where there is no systemd,
# the main process is the one of the pid file that the init script names.
has_systemd() { [ -d /run/systemd/system ]; }
look_at_service() {
  seal=/run/rota/services/$name
  known='' running='' enabled='' started=0
  while read -r key value; do [ "$key" != btime ] || boot=$value; done </proc/stat
  if has_systemd; then look_at_unit; else look_at_script; fi
  newer=''
  [ $# = 0 ] || [ -z "$running" ] || find_newer "$@"
}
look_at_unit() {
  while IFS='=' read -r key value; do
    case $key=$value in
      LoadState=loaded) known=yes ;;
      ActiveState=active | ActiveState=reloading) running=yes ;;
      UnitFileState=*) enabled=$value ;;
      InactiveExitTimestampMonotonic=???????*) started=$((boot + ${value%??????})) ;;
    esac
  done <<END
$(systemctl show -p LoadState -p ActiveState -p UnitFileState -p InactiveExitTimestampMonotonic -- "$name")
END
}
look_at_script() {
  [ -x "/etc/init.d/$name" ] || return 0
  known=yes enabled=disabled
  for link in /etc/rc[2-5].d/S[0-9][0-9]"$name"; do [ ! -L "$link" ] || enabled=enabled; done
  find_main
  if [ -n "$main" ]; then
    running=yes
    { read -r stat <"/proc/$main/stat"; } 2>/dev/null || return 0
    set -- ${stat##*) }
    started=$((boot + ${20} / 100))
  elif service "$name" status >/dev/null 2>&1; then running=yes; fi
}
# Sets `main` to the process of the first pid file that is there, if it lives.
find_main() {
  main=''
  # Words of the script, which may be in quotes, or have a variable in them that only the script knows.
  # shellcheck disable=SC2013
  for file in $(sed -n 's/^#* *[Pp][Ii][Dd][Ff][Ii][Ll][Ee][=:] *["'"'"']\{0,1\}\(\/[^ "'"'"']*\).*/\1/p' "/etc/init.d/$name" 2>/dev/null) "/run/$name.pid" "/run/$name/$name.pid"; do
    { read -r main <"$file" || [ -n "$main" ]; } 2>/dev/null || continue
    case $main in '' | *[!0-9]*) main='' ;; *) [ -e "/proc/$main" ] || main='' ;; esac
    return 0
  done
}
find_newer() {
  for path do [ ! -d "$path/" ] || set -- "$path"/* "$@"; done
  read_at=''
  [ ! -e "$seal" ] || read_at=$(TZ=UTC0 stat -c %y "$seal")
  times=$(TZ=UTC0 stat -L -c '%Z %z %n' "$@" 2>/dev/null) || :
  while read -r second day time zone path; do
    # What a node may have for sh compares texts so.
    # shellcheck disable=SC3012
    [ "${second:-0}" -ge "$started" ] && [ "$day $time $zone" \> "$read_at" ] || continue
    newer=$path
    return 0
  done <<END
$times
END
}
act() { if has_systemd; then systemctl "$1" -- "$name"; else service "$name" "$1"; fi; }
# `bring HOW FILE…`: it runs, with what the files are by now. HOW is `restart` or `reload`.
bring() {
  how=$1
  shift
  look_at_service "$@"
  [ -z "$running" ] || [ -n "$newer" ] || return 0
  [ -n "$running" ] || how=start
  [ $# = 0 ] || { mkdir -p "${seal%/*}" && : >"$seal.new" || return; }
  act "$how" || return
  [ $# = 0 ] || mv "$seal.new" "$seal"
}
end_service() {
  look_at_service
  [ -n "$running" ] || { [ -z "$known" ] && ! has_systemd && find_main && [ -n "$main" ]; } || return 0
  if [ -n "$known" ]; then act stop; else kill "$main"; fi
}
# `set_start enable` or `set_start disable`: whether it starts with the host.
set_start() {
  if has_systemd; then systemctl "$1" -- "$name"
  elif command -v update-rc.d >/dev/null; then
    [ "$1" = disable ] || update-rc.d "$name" defaults || return
    update-rc.d "$name" "$1"
  elif [ "$1" = enable ]; then chkconfig "$name" on
  else chkconfig "$name" off; fi
}
