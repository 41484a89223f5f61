# Completion of rota for zsh; after compinit.
_rota() {
  local -a found folders shown
  found=(${(f)"$("${(Q)words[1]}" complete zsh -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)"})
  [[ $found[1] != :files ]] || { _files; return }
  folders=(${(M)found:#*/})
  compadd -S '' -- $folders
  found=(${found:#*/})
  shown=("${(@)found/$'\t'/  -- }")
  compadd -l -d shown -- "${(@)found%%$'\t'*}"
}
compdef _rota rota
