#!/bin/sh
# Records what Ansible makes of every case, or of those that are named. Needs ansible-core 2.14.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here"
for case in ${*:-*/}; do
  case=${case%/}
  set --
  if [ -e "$case/args" ]; then
    while read -r flag value; do set -- "$@" "$flag" "$value"; done < "$case/args"
  fi
  case " $* " in *' -i '*) ;; *) set -- -i inventory.yaml "$@" ;; esac
  # Ansible takes group_vars of the working directory for the playbook's, unless it is told of another.
  (
    cd "$case"
    env -i PATH="$PATH" HOME=/tmp LC_ALL=C.UTF-8 ansible-inventory --list --playbook-dir "$here" "$@"
  ) | python3 -c '
import json, sys
print(json.dumps(json.load(sys.stdin), sort_keys=True, indent=4, ensure_ascii=False))
' > "$case/expected.json"
done
