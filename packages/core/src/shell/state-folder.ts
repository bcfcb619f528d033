import { sh } from './sh.ts';

/**
 * Sets `hw_state` to the folder on a host that keeps what must outlive a run: for root below /var/lib, else in the
 * user's own state folder. HOSTWRIGHT_STATE_FOLDER of the host's environment names another.
 */
export const findStateFolder = sh`hw_uid=; if [ -r /proc/self/status ]; then while read -r hw_key hw_uid hw_rest; do [ "$hw_key" != Uid: ] || break; done </proc/self/status; fi
if [ -n "\${HOSTWRIGHT_STATE_FOLDER:-}" ]; then hw_state=$HOSTWRIGHT_STATE_FOLDER; elif [ "\${hw_uid:-$(id -u)}" = 0 ]; then hw_state=/var/lib/hostwright; else hw_state="\${XDG_STATE_HOME:-$HOME/.local/state}/hostwright"; fi`;
