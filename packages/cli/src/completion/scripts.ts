// The scripts of shells. Each asks the program what may follow: a word on a line, a tab and its description behind it; `:files`
// for any file.

/** Shells that there is a script for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** One of them. */
export type Shell = (typeof SHELLS)[number];

// Bash divides words at = and :, and replaces only what is behind them. Version 3 has neither mapfile nor compopt.
const BASH = `# actor-cli completion bash
_actor_cli() {
  local line="\${COMP_LINE:0:COMP_POINT}" words typed kept word
  read -ra words <<< "$line"
  [[ "$line" == *" " ]] && words+=("")
  typed="\${words[\${#words[@]}-1]}"
  kept="\${typed%"\${typed##*[=:]}"}"
  COMPREPLY=()
  while IFS= read -r word; do
    if [[ "$word" == ":files" ]]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "\${typed#"$kept"}")
      return
    fi
    word="\${word%%$'\\t'*}"
    COMPREPLY+=("\${word#"$kept"}")
  done < <("\${words[0]}" completion words -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _actor_cli actor-cli
`;

const ZSH = `#compdef actor-cli
# actor-cli completion zsh
_actor_cli() {
  local line word
  local -a found
  for line in "\${(@f)$("\${words[1]}" completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    if [[ "$line" == ":files" ]]; then
      _files
      return
    fi
    [[ -z "$line" ]] && continue
    word="\${line%%$'\\t'*}"
    found+=("\${word//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe 'actor-cli' found
}
if [[ "\${funcstack[1]}" == "_actor_cli" ]]; then
  _actor_cli "$@"
else
  compdef _actor_cli actor-cli
fi
`;

const FISH = `# actor-cli completion fish
function __actor_cli_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    for line in ($words[1] completion words -- $words[2..-1] "$typed" 2>/dev/null)
        if test "$line" = ":files"
            __fish_complete_path "$typed"
        else
            echo $line
        end
    end
end
complete -c actor-cli -f -a '(__actor_cli_complete)'
`;

/** The script of a shell. */
export function completionScript(shell: Shell): string {
  return { bash: BASH, zsh: ZSH, fish: FISH }[shell];
}
