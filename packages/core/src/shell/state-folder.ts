import type { Sh } from '../model/sh.ts';
import { sh } from './sh.ts';

/** Sets `hw_state`: where Hostwright keeps the little that it leaves on a host, as root or as another user. */
export const enterState: Sh = sh`if [ "$(id -u)" = 0 ]; then hw_state=/var/lib/hostwright; else hw_state="\${XDG_STATE_HOME:-$HOME/.local/state}/hostwright"; fi`;
