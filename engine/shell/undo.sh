# Undoes the run in the folder $run. `first`: only where it is armed; `again`: where an undo of it was cut
# off. The first `stays` of its paths are of phases that were to stay. A FIFO that another user
# puts in the place of a file just then is not waited for. Needs places.sh, end-program.sh and PROCESS_START. The
# statuses are UNDO_STATUS of undo.ts.
mv "$run/armed" "$run/undoing" 2>/dev/null || [ "$1" = again ] || exit 3
echo "$$ $(started $$)" >"$run/undoer"
end_program "$run"
read -r mark </proc/sys/kernel/random/uuid
echo "$mark" >>"$run/staged"
same() { [ -f "$2" ] && [ -f "$1" ] && timeout 30 cmp -s "$1" "$2" && [ "$(stat -c '%a %u %g' "$1")" = "$(stat -c '%a %u %g' "$2")" ]; }
put_back() {
  split_path "$3"
  if [ "$2" = absent ]; then
    [ -d "$folder/" ] || return 0
    enter "$folder" && rm -f "./$name" || return
    sweep_private
    return 0
  fi
  make_way "$folder" || return
  sweep_private
  same "$run/$1" "./$name" && return
  replace copy_back "$run/$1"
}
copy_back() { cp -pPR "$1" "./$name" && { [ -L "./$name" ] || sync "./$name" 2>/dev/null || sync; }; }
failed='' stay=0
[ ! -e "$run/stays" ] || read -r stay <"$run/stays"
# Where it cannot be sorted, an empty line says so.
{ sort -rn "$run/paths" || echo; } | {
  while read -r number kind path; do
    [ -z "$path" ] || [ "$number" -gt "$stay" ] || continue
    [ -n "$path" ] && ( put_back "$number" "$kind" "$path" ) || { echo "could not put $path back"; failed=yes; }
  done
  [ -z "$failed" ]
} || failed=yes
[ -n "$failed" ] || rm -f "$run/staged"
# Names of ours, by number, which a glob cannot sort.
# shellcheck disable=SC2010
for settle in $(ls "$run" | grep '^settle-' | sort -t - -k 2 -rn); do
  sh "$run/$settle" </dev/null 2>&1 || failed=yes
done
if [ -n "$failed" ]; then echo 'undo failed' >"$run/result"; mv "$run/undoing" "$run/undo-failed"; exit 1; fi
echo undone >"$run/result"
mv "$run/undoing" "$run/undone"
