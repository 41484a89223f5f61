# Has ctr mount $image on a folder, which is all of $layers then. It is in a mount namespace of its own, and gone with
# that, however this shell ends; of what containerd still has then it rids itself in a day (`ctr leases ls`).
layers=/tmp/rota-image-$$
mount -t tmpfs none /tmp && mkdir "$layers" || exit
trap 'ctr -n k8s.io images unmount --rm "$layers" >/dev/null 2>&1' EXIT
trap 'exit 1' HUP INT PIPE TERM
ctr -n k8s.io images mount "$image" "$layers" >/dev/null 2>&1 || exit
