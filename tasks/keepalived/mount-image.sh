# Has ctr mount $image on a folder, which is all of $layers then. It is in a mount namespace of its own, and gone with
# that, however this shell ends. What containerd still has of one that was killed has the folder's name, is in the way
# of the next, and goes then; or by itself, in a day (`ctr leases ls`).
layers=/tmp/rota-image
mount -t tmpfs none /tmp && mkdir "$layers" || exit
unmount_image() { ctr -n k8s.io images unmount --rm "$layers" >/dev/null 2>&1; }
mount_image() { ctr -n k8s.io images mount "$image" "$layers" >/dev/null 2>&1; }
trap unmount_image EXIT
trap 'exit 1' HUP INT PIPE TERM
mount_image || { unmount_image; mount_image; } || exit
