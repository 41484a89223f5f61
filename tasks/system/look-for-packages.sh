# `look_for install NAME[=VERSION]…` and `look_for remove NAME…` tell the package manager; a line for each of these
# packages that is there, with its version and what is wanted of it; and where one is to come or to go, behind a
# line `plan`, what would come and go with it, as apt-get(8) simulates it. A package of which the configuration
# has stayed is told there, too.
lf='
'
look_for() {
  verb=$1
  shift
  names=''
  for want do names="$names ${want%%=*}"; done
  if command -v dpkg-query >/dev/null; then look_for_dpkg "$@"
  elif command -v rpm >/dev/null; then look_for_rpm "$@"
  else echo none; fi
}
look_for_dpkg() {
  echo apt
  # shellcheck disable=SC2016
  format='${db:Status-Status} ${db:Status-Want} ${Package} ${Version}\n'
  # shellcheck disable=SC2086
  found=$(dpkg-query -W -f "$format" $names 2>/dev/null) || :
  printf '%s\n' "$found"
  is_to_change "$@" || return 0
  echo plan
  # Where it plans, it keeps a log of that.
  simulated=$(apt-get -s -qq -o Dir::Log::Planner= --allow-downgrades --allow-change-held-packages "$verb" "$@" 2>&1) || :
  printf '%s\n' "$simulated" | grep -e '^Inst ' -e '^Remv ' -e '^E: ' || return 0
  names=$(printf '%s\n' "$simulated" | sed -n 's/^Inst \([^ ]*\) (.*/\1/p')
  # shellcheck disable=SC2086
  [ -z "$names" ] || dpkg-query -W -f "$format" $names 2>/dev/null | grep '^config-files ' || :
}
look_for_rpm() {
  echo dnf
  # shellcheck disable=SC2086
  found=$(rpm -q --qf 'installed install %{NAME} %{VERSION}-%{RELEASE}\n' $names | grep '^installed ') || :
  printf '%s\n' "$found"
  is_to_change "$@" || return 0
  echo plan
  for want do ! ( is_to_change "$want" ) || "would_$verb" "$want"; done | sort -u
}
would_install() {
  name=${1%%=*} version=''
  case $1 in *=*) version=-${1#*=} ;; esac
  old=$(printf '%s\n' "$found" | sed -n "s/^installed install $name //p")
  candidate=$(dnf -q repoquery --latest-limit 1 --qf "Inst %{name} ${old:+[$old] }(%{version}-%{release} )" "$name$version") || :
  printf '%s\n' "${candidate:-E: No package $name$version available}"
}
would_remove() {
  printf '%s\n' "$found" | sed -n "s/^installed install \\($1\\) \\(.*\\)/Remv \\1 [\\2]/p"
  dnf -q repoquery --installed --recursive --whatrequires "$1" --qf 'Remv %{name} [%{version}-%{release}]'
}
# Where one is there that is to go, or is not that is to come.
is_to_change() {
  for want do
    there=''
    case $want in *=*) version="${want#*=}$lf" ;; *) version='' ;; esac
    case $lf$found$lf in
      *"${lf}installed install ${want%%=*} $version"* | *"${lf}installed hold ${want%%=*} $version"* | *"${lf}installed deinstall ${want%%=*} $version"*) there=yes ;;
    esac
    case $verb:$there in install: | remove:yes) return 0 ;; esac
  done
  return 1
}
