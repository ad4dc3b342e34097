# Completion of callinspect for fish; written by: callinspect completion fish

function __callinspect_complete
    set -l word (commandline -ct)
    set -lx _CALLINSPECT_COMPLETE complete_fish
    set -lx _CALLINSPECT_WORDS (commandline -opc | string collect)
    set -lx _CALLINSPECT_WORD $word
    set -l lines (command callinspect </dev/null 2>/dev/null)
    if test "$lines" = \t
        set -l option (string match --regex -- '^--[^=]*=' $word)
        printf '%s\n' "$option"(__fish_complete_path (string replace --regex -- '^--[^=]*=' '' $word))
    else if set -q lines[1]
        printf '%s\n' $lines
    end
end

complete --command callinspect --no-files --arguments '(__callinspect_complete)'
