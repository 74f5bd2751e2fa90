# To be sourced: work in named phases, each timed, with a table of the times when asked for.
#
#   phase NAME COMMAND...   runs the command; the name, then the time, frame what it prints. A phase
#                           that fails does not stop the script: it is kept in failed_phases.
#   print_phases            the table
declare -a phase_lines=() failed_phases=()

phase() {
    local name=$1 start=$SECONDS result=ok
    shift
    printf '\n== %s\n' "$name"
    "$@" || { result=FAILED; failed_phases+=("$name"); }
    phase_lines+=("$(printf '%5d s  %-6s  %s' $((SECONDS - start)) "$result" "$name")")
    printf '== %s: %s after %d s\n' "$name" "$result" $((SECONDS - start))
    [[ $result == ok ]]
}

print_phases() {
    printf '\n'
    printf '%s\n' "${phase_lines[@]}"
    printf '%5d s  in all\n' "$SECONDS"
}
