# kubelet clears an ended pod's container away on its own time; till then podman says that its image
# is in use. crictl takes all names of an image away, also those that containerd gave it.
remove_image() {
  case $tool in
    podman) podman image rm "$1" ;;
    ctr)
      socket=unix://${CONTAINERD_ADDRESS:-/run/containerd/containerd.sock}
      if command -v crictl >/dev/null; then crictl --runtime-endpoint "$socket" --image-endpoint "$socket" rmi "$1"
      else ctr -n k8s.io images rm "$1"; fi ;;
  esac
}
for image in $(images); do
  start_clock 30
  until remove_image "$image"; do
    has_time || exit 1
    sleep 1
  done
done
