# Completion of rota for bash.
_rota() {
  local line=${COMP_LINE:0:COMP_POINT} word=${COMP_WORDS[COMP_CWORD]} before
  local -a words
  read -ra words <<<"$line"
  [[ $line != *[[:space:]] ]] || words+=('')
  # bash takes words apart at = and :, too, and only the last part is replaced.
  [[ $word != [=:] ]] || word=
  before=${words[-1]%"$word"}
  COMPREPLY=()
  while IFS=$'\t' read -r word _; do
    [[ $word != :files ]] || { compopt -o default; return; }
    printf -v word %q "${word#"$before"}"
    COMPREPLY+=("$word")
  done < <("${words[0]}" complete bash -- "${words[@]:1}" 2>/dev/null)
  [[ ${#COMPREPLY[@]} != 1 || ${COMPREPLY[0]} != */ ]] || compopt -o nospace
}
complete -F _rota rota
