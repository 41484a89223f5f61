# Says which of the programs "$@" are not in $image. Nothing is said where a pod runs, whose own root tells
# then. Needs PROCESS_FUNCTIONS; `mount` and `search` are mount-image.sh and find-in-layers.sh.
find_mains
[ -z "$mains" ] || exit 0
# podman tells where the layers are. containerd does not, and they are mounted, for a moment and to be read, where
# nobody else sees it.
folders='{{.GraphDriver.Data.UpperDir}}:{{.GraphDriver.Data.LowerDir}}' layers=''
export layers image
case $tool in
  podman) layers=$(podman image inspect --format "$folders" "$image" 2>/dev/null) && sh -c "$search" sh "$@" ;;
  ctr) unshare -m sh -c "$mount$lf$search" sh "$@" ;;
  *) false ;;
esac || echo unseen
