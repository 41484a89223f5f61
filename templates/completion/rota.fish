# Completion of rota for fish.
function __rota_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l found ($words[1] complete fish -- $words[2..-1] "$word" 2>/dev/null)
    if test "$found" = :files
        __fish_complete_path "$word"
    else if test (count $found) -gt 0
        printf '%s\n' $found
    end
end
complete -c rota -f -a '(__rota_complete)'
