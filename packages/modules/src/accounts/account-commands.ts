import { sh } from '@hostwright/core';

/** How often a command is tried again while another one holds /etc/passwd or /etc/group; one second apart. */
const triesMax = 15;

/**
 * Defines `hw_account COMMAND…`, which waits for other programs that edit accounts (a package being configured, an
 * administrator), and says what the command said when it fails. Whoever is not root is told the same and `Permission denied`:
 * waiting would not help.
 */
export const accountFunction = sh`
hw_account() {
  hw_try=0
  while :; do
    hw_message=$("$@" 2>&1 </dev/null) && return 0
    case $hw_message in *'Permission denied'*) hw_try=${triesMax} ;; *'cannot lock'*) hw_try=$((hw_try + 1)) ;; *) hw_try=${triesMax} ;; esac
    [ $hw_try -lt ${triesMax} ] || { printf '%s\\n' "$hw_message" >&2; return 1; }
    sleep 1
  done
}`;
