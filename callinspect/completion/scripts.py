"""The scripts that shells load; `answers` answers their requests."""

from callinspect.completion import Shell

BASH = r"""# Completion of callinspect for bash; written by: callinspect completion bash

_callinspect() {
    local word
    COMPREPLY=()
    while IFS= read -r word; do
        if [[ $word == $'\t' ]]; then
            compopt -o default
        else
            COMPREPLY+=("$word")
        fi
    done < <(
        _CALLINSPECT_COMPLETE=complete_bash _CALLINSPECT_LINE=$COMP_LINE _CALLINSPECT_POINT=$COMP_POINT \
            _CALLINSPECT_BREAKS=$COMP_WORDBREAKS command callinspect </dev/null
    )
    if [[ ${COMPREPLY[0]-} == *[=:/] ]]; then
        compopt -o nospace
    fi
} 2>/dev/null

complete -F _callinspect callinspect
"""

ZSH = r"""#compdef callinspect
# Completion of callinspect for zsh; written by: callinspect completion zsh

_callinspect() {
    local -a lines suffix
    lines=("${(@f)$(
        _CALLINSPECT_COMPLETE=complete_zsh _CALLINSPECT_WORDS="${(F)${(@Q)words[1,CURRENT-1]}}" \
            _CALLINSPECT_WORD="${(Q)PREFIX}" command callinspect </dev/null 2>/dev/null
    )}")
    if [[ $lines == $'\t' ]]; then
        if [[ $PREFIX == --*=* ]]; then
            compset -P '*='
        fi
        _files
    elif [[ -n $lines ]]; then
        if [[ ${lines[1]%%:*} == *= || ${lines[1]} == *(\\:|/) ]]; then
            suffix=(-S '')
        fi
        _describe -t words word lines "${suffix[@]}"
    fi
}

# From fpath the file is the body of the function, called for the first time; sourced, it only defines the function.
if [[ $funcstack[1] == _callinspect ]]; then
    _callinspect "$@"
else
    compdef _callinspect callinspect
fi
"""

FISH = r"""# Completion of callinspect for fish; written by: callinspect completion fish

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
"""

POWERSHELL = r"""# Completion of callinspect for PowerShell; written by: callinspect completion powershell

Register-ArgumentCompleter -Native -CommandName callinspect -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = $commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text }
    $env:_CALLINSPECT_COMPLETE = 'complete_powershell'
    $env:_CALLINSPECT_WORDS = $before -join "`n"
    $env:_CALLINSPECT_WORD = $wordToComplete
    try {
        callinspect 2>$null | ForEach-Object {
            $text, $name, $help = $_ -split "`t", 3
            [System.Management.Automation.CompletionResult]::new($text, $name, 'ParameterValue', $help)
        }
    } finally {
        $env:_CALLINSPECT_COMPLETE = $env:_CALLINSPECT_WORDS = $env:_CALLINSPECT_WORD = $null
    }
}
"""

SCRIPTS = {
    Shell.BASH: BASH,
    Shell.ZSH: ZSH,
    Shell.FISH: FISH,
    Shell.POWERSHELL: POWERSHELL,
    Shell.PWSH: POWERSHELL,
}
