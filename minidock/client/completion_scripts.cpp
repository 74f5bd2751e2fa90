// The shells' side of completion: how each says what was typed, and takes what may follow. See
// bash(1), "Programmable Completion"; zshcompsys(1); fish-completions.
#include <fmt/format.h>

#include <map>

#include "minidock/client/completion.hpp"

namespace minidock::client {
namespace {

// bash takes the colon of "busybox:latest" for the end of a word. So the line is split here, and
// what stands before the last colon is taken off the answers.
constexpr const char* bash =
    R"(# minidock completion for bash. To have it in this shell: source <(minidock completion bash)
_minidock() {
    local line=${COMP_LINE:0:COMP_POINT} word
    local -a words
    read -ra words <<< "$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    word=${words[-1]}
    local before=""
    [[ $word == *:* && $COMP_WORDBREAKS == *:* ]] && before=${word%:*}:
    COMPREPLY=()
    local found
    while IFS=$'\t' read -r found _; do
        COMPREPLY+=("${found#"$before"}")
    done < <("${words[0]}" __complete "${words[@]:1}" 2> /dev/null)
}
complete -o default -F _minidock minidock
)";

constexpr const char* zsh = R"(#compdef minidock
# minidock completion for zsh. To have it in this shell: source <(minidock completion zsh)
_minidock() {
    local -a found
    local word help
    while IFS=$'\t' read -r word help; do
        found+=("${word//:/\\:}:$help")
    done < <("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2> /dev/null)
    if (( ${#found} )); then
        _describe minidock found
    else
        _files
    fi
}
if [[ $funcstack[1] == _minidock ]]; then
    _minidock  # loaded by the shell itself, when it was first needed
else
    compdef _minidock minidock
fi
)";

constexpr const char* fish =
    R"(# minidock completion for fish. To have it in this shell: minidock completion fish | source
function __minidock_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    $words[1] __complete $words[2..-1] (commandline --current-token --cut-at-cursor) 2> /dev/null
end
complete --command minidock --arguments '(__minidock_complete)'
)";

}  // namespace

const char* completion_script(const std::string& shell) {
    const std::map<std::string, const char*> scripts{{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
    const auto found = scripts.find(shell);
    if (found == scripts.end())
        throw Failure(1, fmt::format("no completion for \"{}\": want bash, zsh or fish", shell));
    return found->second;
}

}  // namespace minidock::client
