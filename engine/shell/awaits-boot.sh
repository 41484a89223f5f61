# `awaits_boot FOLDER` tells whether a run waits until its host was booted: up to an uptime as long as the boot has
# not come, then for so many seconds behind it.
awaits_boot() {
  { read -r was end more <"$1/booting"; } 2>/dev/null && read -r now _ </proc/uptime &&
    read -r boot </proc/sys/kernel/random/boot_id || return
  [ "$boot" = "$was" ] || end=$more
  [ "${now%%.*}" -lt "$end" ]
}
