#!/bin/sh
# registry.sh start DIR [SAVED] | stop: the image registry, inside the lab, with what a saved one has.
# What was pushed outlives a stop.
set -eu
home=/run/lab/registry
mkdir -p "$home"
case $1 in
start)
  [ -z "${3-}" ] || [ -e "$home/storage" ] || cp -r "$3" "$home/storage"
  mkdir -p "$home/storage"
  cat >"$home/config.yml" <<END
version: 0.1
log: {level: warn, accesslog: {disabled: true}}
storage:
  filesystem: {rootdirectory: $home/storage}
  delete: {enabled: true}
http:
  addr: 10.77.0.1:5000
  secret: lab
  tls: {certificate: "$2/tls/registry.crt", key: "$2/tls/registry.key"}
END
  setsid docker-registry serve "$home/config.yml" </dev/null >>"$home/log" 2>&1 &
  echo $! >"$home/pid"
  tries=0
  until curl -skf --noproxy '*' --max-time 1 https://10.77.0.1:5000/v2/ >/dev/null; do
    tries=$((tries + 1))
    if [ "$tries" -gt 500 ] || ! kill -0 $! 2>/dev/null; then
      tail -n 20 "$home/log" >&2
      exit 1
    fi
    sleep 0.02
  done
  ;;
stop)
  pid=$(cat "$home/pid")
  kill "$pid" 2>/dev/null || true
  while kill -0 "$pid" 2>/dev/null; do sleep 0.01; done
  ;;
esac
