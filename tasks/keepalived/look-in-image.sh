# Says which of the programs "$@" are not in $image, whose files are looked at where the host's runtime mounts
# them, for a moment and to be read. Nothing is said where a pod runs, whose own root tells then. Needs
# PROCESS_FUNCTIONS.
find_mains
[ -z "$mains" ] || exit 0
# Links of the image lead about in it, and not on the host.
has() {
  left=$1 at='' links=0
  while [ -n "$left" ]; do
    part=${left%%/*}
    case $left in */*) left=${left#*/} ;; *) left='' ;; esac
    case $part in '' | .) continue ;; ..) at=${at%/*}; continue ;; esac
    if [ -L "$root$at/$part" ]; then
      links=$((links + 1))
      [ "$links" -le 40 ] && to=$(readlink "$root$at/$part") || return 1
      case $to in /*) at='' ;; esac
      left=$to/$left
    else at=$at/$part; fi
  done
  [ -f "$root$at" ] && [ -x "$root$at" ]
}
unmount() {
  case $tool in
    podman) podman image unmount "$image" ;;
    ctr) ctr -n k8s.io images unmount --rm "$root"; rmdir "$root" ;;
  esac >/dev/null 2>&1
}
mount_with_ctr() {
  root=/run/rota-image-$$
  mkdir "$root" || return
  ctr -n k8s.io images mount "$image" "$root" >/dev/null 2>&1 || { rmdir "$root"; return 1; }
}
case $tool in
  podman) root=$(podman image mount "$image" 2>/dev/null) ;;
  ctr) mount_with_ctr ;;
  *) false ;;
esac || { echo unseen; exit 0; }
trap unmount EXIT
trap 'exit 1' HUP TERM
for program; do has "$program" || echo "absent $program"; done
