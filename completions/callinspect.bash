# Completion of callinspect for bash; written by: callinspect completion bash

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
