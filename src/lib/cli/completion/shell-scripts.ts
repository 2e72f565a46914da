export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const
export type Shell = (typeof shells)[number]

/** The script that makes a shell complete `kubectl-canary`; all of them ask `kubectl-canary __complete WORDS...`. */
export function completionScript(shell: Shell): string {
  return scripts[shell]
}

/*
 * `kubectl canary` needs none of these: kubectl's own completion asks kubectl_complete-canary. They serve people who
 * type kubectl-canary, or alias it. What each has to cope with is said where it does.
 */

const bash = `# bash completion of kubectl-canary: source <(kubectl-canary completion bash)

# COMP_WORDS is split at = and : too; this puts the words together as they were typed, up to the cursor.
__kubectl_canary_words() {
  local rest=\${COMP_LINE:0:COMP_POINT} part index
  words=()
  for ((index = 0; index <= COMP_CWORD; index++)); do
    part=\${COMP_WORDS[index]}
    if [[ $index -eq 0 || $rest =~ ^[[:space:]] ]]; then
      words+=("")
      rest=\${rest#"\${rest%%[![:space:]]*}"}
    fi
    [[ $index -eq $COMP_CWORD ]] && part=$rest
    words[\${#words[@]}-1]+=$part
    rest=\${rest#"$part"}
  done
}

__kubectl_canary_complete() {
  local words answer line directive=0 current value
  __kubectl_canary_words
  answer=$("\${words[0]}" __complete "\${words[@]:1}" 2>/dev/null) || return
  current=\${words[\${#words[@]}-1]}
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :*) directive=\${line#:} ;;
      ?*)
        value=\${line%%$'\\t'*}
        # readline replaces only what stands behind the last colon
        [[ $COMP_WORDBREAKS == *:* && $current == *:* ]] && value=\${value#"\${current%"\${current##*:}"}"}
        # descriptions only in the list that a second TAB shows, where nothing is inserted
        if [[ \${COMP_TYPE:-9} -eq 63 && $line == *$'\\t'* ]]; then value="$value  (\${line#*$'\\t'})"; fi
        COMPREPLY+=("$value")
        ;;
    esac
  done <<< "$answer"
  if [[ \${#COMPREPLY[@]} -eq 1 ]]; then COMPREPLY=("\${COMPREPLY[0]%%  (*}"); fi
  if ((directive & 2)); then compopt -o nospace 2>/dev/null; fi
  if ((\${#COMPREPLY[@]} == 0 && directive & 16)); then compopt -o dirnames 2>/dev/null; fi
  if ((\${#COMPREPLY[@]} == 0 && directive == 0)); then compopt -o default 2>/dev/null; fi
}

complete -F __kubectl_canary_complete kubectl-canary
`

const zsh = `#compdef kubectl-canary
# zsh completion of kubectl-canary: put it in a folder of $fpath as _kubectl-canary, or source it after compinit

_kubectl-canary() {
  local answer line value directive=0
  local -a candidates options
  answer=$("\${(Q)words[1]}" __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null) || return 1
  for line in "\${(@f)answer}"; do
    if [[ $line == :<-> ]]; then
      directive=\${line#:}
    elif [[ -n $line ]]; then
      value=\${line%%$'\\t'*}
      # a colon separates the description
      value=\${value//:/\\\\:}
      [[ $line == *$'\\t'* ]] && value+=":\${line#*$'\\t'}"
      candidates+=("$value")
    fi
  done
  # values after --flag= come without it
  [[ $words[CURRENT] == -*=* ]] && compset -P '*='
  (( directive & 2 )) && options=(-S '')
  if (( $#candidates )); then
    _describe -V 'kubectl-canary' candidates $options
  elif (( directive & 16 )); then
    _files -/
  elif (( directive == 0 )); then
    _files
  fi
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _kubectl-canary "$@"
else
  compdef _kubectl-canary kubectl-canary
fi
`

const fish = `# fish completion of kubectl-canary: kubectl-canary completion fish | source

function __kubectl_canary_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l answer (command $words[1] __complete $words[2..-1] "$current" 2>/dev/null)
    or return
    set -l directive (string replace -r '^:' '' -- $answer[-1])
    set -e answer[-1]
    # values after --flag= come without it
    set -l prefix (string match -r -- '^-.*?=' $current)
    for line in $answer
        echo -- $prefix$line
    end
    if test (count $answer) -eq 0
        switch $directive
            case 0
                __fish_complete_path (string replace -r -- '^-.*?=' '' $current)
            case 16
                __fish_complete_directories (string replace -r -- '^-.*?=' '' $current)
        end
    end
end

complete -c kubectl-canary -f -a '(__kubectl_canary_complete)'
`

const powershell = `# PowerShell completion of kubectl-canary: kubectl-canary completion powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName 'kubectl-canary' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.StartOffset -lt $cursorPosition } | ForEach-Object { "$_" })
    $program = $words[0]
    $arguments = @($words | Select-Object -Skip 1)
    # a new word begins: PowerShell drops empty arguments of programs unless they are quoted
    if ($wordToComplete -eq '') { $arguments += '""' }
    $answer = @(& $program __complete @arguments 2>$null)
    if ($LASTEXITCODE -ne 0 -or $answer.Count -eq 0) { return }
    # values after --flag= come without it
    $prefix = if ($wordToComplete -match '^(-.*?=)') { $Matches[1] } else { '' }
    $directive = [int]$answer[-1].Substring(1)
    $space = if ($directive -band 2) { '' } else { ' ' }
    $answer | Select-Object -SkipLast 1 | ForEach-Object {
        $value, $description = $_ -split "\`t", 2
        if (-not $description) { $description = $value }
        [System.Management.Automation.CompletionResult]::new("$prefix$value$space", $value, 'ParameterValue', $description)
    }
}
`

const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish, powershell }
