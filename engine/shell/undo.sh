# Undoes the run in the folder $run, whose id is $id. `first`: only where it is armed; `again`: where an
# undo of it was cut off. The statuses are UNDO_STATUS of undo.ts; `started` is PROCESS_START.
mv "$run/armed" "$run/undoing" 2>/dev/null || [ "$1" = again ] || exit 3
echo "$$ $(started $$)" >"$run/undoer"
end_tree() {
  kill -STOP "$1" 2>/dev/null || return 0
  for child in $(grep -lx "PPid:[[:space:]]*$1" /proc/[0-9]*/status 2>/dev/null); do
    child=${child#/proc/}
    end_tree "${child%/status}"
  done
  kill -KILL "$1" 2>/dev/null
}
if read -r pid start <"$run/program" && [ "$(started "$pid")" = "$start" ]; then end_tree "$pid"; fi
same() { [ -f "$1" ] && cmp -s "$1" "$2" && [ "$(stat -c '%a %u %g' "$1")" = "$(stat -c '%a %u %g' "$2")" ]; }
put_back() {
  folder=${3%/*} name=${3##*/}
  rm -f "$folder/.$name.rota-"*
  if [ "$2" = absent ]; then rm -f "$3"; return; fi
  same "$run/$1" "$3" && return
  staged=$folder/.$name.rota-$id
  mkdir -p "$folder" && cp -pP "$run/$1" "$staged" && { sync "$staged" 2>/dev/null || sync; } && mv -f "$staged" "$3"
}
failed=
# No file in between: on a full disk it would be empty, and nothing put back.
while read -r number kind path; do
  [ -z "$number" ] || put_back "$number" "$kind" "$path" || { echo "could not put $path back"; failed=yes; }
done <<END || failed=yes
$(sort -rn "$run/paths")
END
# Names of ours, by number, which a glob cannot sort.
# shellcheck disable=SC2010
for settle in $(ls "$run" | grep '^settle-' | sort -t - -k 2 -rn); do
  sh "$run/$settle" </dev/null 2>&1 || failed=yes
done
if [ -n "$failed" ]; then echo 'undo failed' >"$run/result"; mv "$run/undoing" "$run/undo-failed"; exit 1; fi
echo undone >"$run/result"
mv "$run/undoing" "$run/undone"
