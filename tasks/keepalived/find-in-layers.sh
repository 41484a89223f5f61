# Says which of the programs "$@" are in none of the folders in $layers, one on the other, as an overlay has them:
# the first of them first, with `:` between them. Links lead about in them, and not on the host.
IFS=:
# Sets `found` to where a path of the image lies.
look_up() {
  for layer in $layers; do
    found=$layer$1
    # What a layer takes away is such a device in it.
    [ ! -c "$found" ] || return 1
    [ ! -e "$found" ] && [ ! -L "$found" ] || return 0
  done
  return 1
}
has() {
  left=$1 at='' links=0
  while [ -n "$left" ]; do
    part=${left%%/*}
    case $left in */*) left=${left#*/} ;; *) left='' ;; esac
    case $part in '' | .) continue ;; ..) at=${at%/*}; continue ;; esac
    look_up "$at/$part" || return 1
    if [ -L "$found" ]; then
      links=$((links + 1))
      [ "$links" -le 40 ] && to=$(readlink "$found") || return 1
      case $to in /*) at='' ;; esac
      left=$to/$left
    else at=$at/$part; fi
  done
  [ -f "$found" ] && [ -x "$found" ]
}
# A store that keeps its layers otherwise has no such folder.
look_up /etc || { echo unseen; exit 0; }
for program; do has "$program" || echo "absent $program"; done
