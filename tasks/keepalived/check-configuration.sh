# Has keepalived check the configuration in the file $1: that of the pod, when it runs with this image
# already and sees the file, else one that the host's runtime starts for it.
target=/etc/keepalived/keepalived.conf
runs_already() {
  pid=$(main_processes)
  [ -n "$mark" ] && [ "$(echo "$pid" | grep -c .)" = 1 ] && [ "$(mark_of "$pid")" = "$mark" ] && [ -e "/proc/$pid/root$1" ]
}
check() {
  if runs_already "$1"; then chroot "/proc/$pid/root" keepalived -t -e -f "$1"; return; fi
  case $tool in
    podman)
      podman run --rm --quiet --net=host --privileged --pull=never --entrypoint keepalived \
        -v "$1:$target:ro" "$image" -t -e -f "$target" ;;
    ctr)
      ctr -n k8s.io run --rm --net-host --privileged --mount "type=bind,src=$1,dst=$target,options=rbind:ro" \
        "$image" "rota-check-$$" keepalived -t -e -f "$target" ;;
    *) echo "there is no program to check it with: the container runtime is $runtime"; return 1 ;;
  esac
}
said=$(check "$1" 2>&1)
status=$?
[ "$status" = 6 ] && [ "$(echo "$said" | sed 's/^([^ ]* Line [0-9]*) //' | sort)" = "$known" ] && exit 0
[ -z "$said" ] || echo "$said" | sed "s|$1|$target|g"
case $said in *'since not found/accessible'*) echo 'The program of a check has to be in the image, as has all that it needs.' ;; esac
exit "$status"
