# Takes the lease for the run $id, which says $about of itself, or ends with the frame `locked`. A hard link
# takes it, since that is made once or not at all.
#
# A host that is booted belongs to the run that waits for that, though nothing of a lease outlives a boot.
#
# It is given back however this ends: once no program of the run is left, which whoever comes next ends
# first, and by the watchdog where the host is armed, unless rota has said that it ends.
refuse_booted() {
  for other in "$runs"/*; do
    [ "$other" != "$runs/$id" ] && awaits_boot "$other" || continue
    echo "run=${other##*/}"
    cat "$other/about"
    frame locked
    exit 0
  done
}
refuse_booted
word=
give_back() {
  if [ "$word" = end ]; then printf '' >"$here/alive-$id"
  else
    rm -f "$here/alive-$id"
    while program_lives "$runs/$id"; do sleep 0.2 || sleep 1; done
    [ ! -e "$runs/$id/armed" ] || return
  fi
  let_go "$id"
}
trap give_back EXIT
# Nobody asks whether this run lives before it has the lease.
printf '%s\n' "$about" >"$here/lease-$id" && tell_beat "$here/alive-$id" || { frame broken; exit 0; }
turns=0
until ln "$here/lease-$id" "$lease" 2>/dev/null; do
  turns=$((turns + 1))
  [ "$turns" -lt 50 ] || { ln "$here/lease-$id" "$lease"; frame broken; exit 0; }
  find_holder
  other=$holder
  if lives "$other"; then
    cat "$lease"
    frame locked
    exit 0
  fi
  lock_lease
  # One that was not there before may be taken by now.
  if [ -e "$lease" ]; then
    find_holder
    if [ "$holder" = "$other" ] && ! lives "$other"; then rm -f "$lease" "$here/lease-$other" "$here/alive-$other"; fi
  fi
  unlock_lease
done
# A program registers before it looks whose the host is: it sees us, or we see it.
for other in "$runs"/*; do
  [ "$other" = "$runs/$id" ] || end_program "$other"
done
# One that has had the host booted since the first look has given its lease back by now.
refuse_booted
for other in "$runs"/*; do
  [ "$other" = "$runs/$id" ] || [ ! -e "$other/booting" ] || rm -f "$other/booting"
done
# What a run that died has left half done is undone first. That may take longer than the silence after
# which others would take the lease over. The last beat may come after the lease was given back.
beat_meanwhile() {
  while kill -0 $$ && beat; do sleep "$beat_seconds"; done
  kill -0 $$ || rm -f "$here/alive-$id"
}
beater=
for armed in "$runs"/*/armed "$runs"/*/undoing; do
  [ -e "$armed" ] && [ "${armed%/*}" != "$runs/$id" ] || continue
  [ -n "$beater" ] || { beat_meanwhile </dev/null >/dev/null 2>&1 & beater=$!; }
  old=${armed%/*}
  frame settling "${old##*/}"
  settle_run "$old"
  frame settled "${old##*/}" "$?"
done
for other in "$runs"/*; do
  [ ! -s "$other/staged" ] || [ ! -e "$other/places" ] || ( . "$other/places" && sweep_run "$other" ) >/dev/null 2>&1
done
[ -z "$beater" ] || { kill "$beater"; wait "$beater"; beat; }
