# For programs that make symbolic links. `replace` of places.sh follows none that is there.
make_link() { ln -s -- "$1" "./$name"; }
put_link() {
  split_path "$1"
  enter "$folder" || return
  [ ! -d "./$name" ] || [ -L "./$name" ] || fail "$1 is a folder." || return
  sweep_private
  replace make_link "$2"
}
