import { type Sh, sh } from '@hostwright/core';

/** How long to wait for locks of apt and dpkg. */
const lockSeconds = 300;
/** How old the package index may be, and below which age fetching it again cannot help a package that is not found. */
const indexMinutes = 60;
const indexMinutesMin = 5;

/**
 * Shell functions around apt-get. apt itself can wait for the two locks of dpkg only, and says nothing meanwhile; so it is
 * not to wait, and `hw_locked` asks again, for all locks alike. apt names the process that holds one, dpkg its number.
 *
 * `hw_refresh` goes on with the lists that are there when some cannot be fetched, says which ones when a package is then not
 * found, and leaves the lists marked as old, so that the next run fetches them again. The mark is the time of their folder.
 *
 * `hw_hold_services` puts a policy-rc.d(8) in place that forbids to start services, and the one that was there aside.
 * It looks whether the process that made it still runs, so one that was left behind by a killed run does no harm.
 *
 * apt-get takes a name that it does not know, and that has a dot in it, for a regular expression, and installs everything that
 * fits: `linux-image-6.1` would be a dozen kernels. Pattern-Only, which apt(8) sets for itself, keeps names what they are.
 */
export const aptFunctions: Sh = sh`set -e
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a APT_LISTCHANGES_FRONTEND=none UCF_FORCE_CONFFOLD=1
hw_deadline=$(( $(date +%s) + ${lockSeconds} ))
hw_refreshed=
hw_outdated=
hw_policy=/usr/sbin/policy-rc.d
exec 3>&1
hw_fail() { printf '%s\\n' "$hw_error" >&2; exit 1; }
hw_locked() {
  hw_told=
  until hw_error=$("$@" 2>&1 >&3 </dev/null); do
    case $hw_error in
      *'ould not get lock'* | *'locked by another process'*) ;;
      *) return 1 ;;
    esac
    hw_pid=$(printf '%s\\n' "$hw_error" | sed -n 's/.*process with pid \\([0-9][0-9]*\\).*/\\1/p')
    if [ -r "/proc/$hw_pid/comm" ]; then hw_error="$hw_error ($(cat "/proc/$hw_pid/comm"))"; fi
    if [ "$(date +%s)" -ge "$hw_deadline" ]; then return 1; fi
    if [ -z "$hw_told" ]; then printf 'waiting: %s\\n' "$hw_error"; hw_told=1; fi
    sleep 2
  done
}
hw_apt() {
  hw_locked apt-get -y -q -o APT::Cmd::Pattern-Only=true -o DPkg::Lock::Timeout=0 -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"
}
hw_has_index() {
  for hw_file in /var/lib/apt/lists/*_Packages*; do if [ -e "$hw_file" ]; then return 0; fi; done
  return 1
}
hw_is_younger() { [ -n "$(find /var/lib/apt/lists/partial -prune -mmin "-$1" 2>/dev/null)" ]; }
hw_refresh() {
  if [ -n "$hw_refreshed" ]; then return 1; fi
  hw_refreshed=1
  if hw_apt -o APT::Update::Error-Mode=any update; then touch -c /var/lib/apt/lists/partial; return 0; fi
  hw_outdated=$hw_error
  touch -c -d @0 /var/lib/apt/lists/partial
  hw_has_index || hw_fail
}
hw_refresh_stale() {
  if hw_has_index && hw_is_younger ${indexMinutes} &&
    [ -z "$(find /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/trusted.gpg.d /etc/apt/keyrings -newer /var/lib/apt/lists/partial 2>/dev/null)" ]
  then return 0; fi
  hw_refresh || return 0
}
hw_transaction() {
  hw_check_removals "$@"
  if hw_apt install "$@"; then return 0; fi
  case $hw_error in
    *' 404 '* | *'Unable to locate package'* | *'has no installation candidate'* | *'Hash Sum mismatch'* | *' was not found'*)
      hw_first=$hw_error
      if ! hw_is_younger ${indexMinutesMin} && hw_refresh && hw_apt install "$@"; then return 0; fi
      hw_error=\${hw_error:-$hw_first}
      if [ -n "$hw_outdated" ]; then hw_error="$hw_error
Not all package lists could be fetched:
$hw_outdated"; fi ;;
  esac
  hw_explain
  hw_fail
}
hw_explain() {
  case $hw_error in
    *'Held packages were changed'*)
      hw_hint="Held back on this host: $(apt-mark showhold | tr '\\n' ' ' | sed 's/ $//'). To let one go: apt-mark unhold NAME." ;;
    *'has no installation candidate'*)
      hw_hint='Several packages may provide that name, so that one of them has to be named, or a pin keeps it out: see apt-cache policy NAME.' ;;
    *'Unable to locate package '*)
      if ! printf '%s\\n' "$hw_error" | grep -q 'Unable to locate package [^ ]*:'; then return 0; fi
      hw_hint='Its architecture may not be enabled: dpkg --add-architecture, then apt-get update.' ;;
    *) return 0 ;;
  esac
  hw_error="$hw_error
$hw_hint"
}
hw_check_removals() {
  hw_named=
  for hw_word; do case $hw_word in -*) ;; *-) hw_named="$hw_named \${hw_word%-}" ;; esac; done
  if [ -z "$hw_named" ]; then return 0; fi
  hw_more=$(apt-get -s -q -y -o APT::Cmd::Pattern-Only=true install "$@" 2>/dev/null | awk -v named="$hw_named" 'BEGIN { count = split(named, list, " "); for (i = 1; i <= count; i++) ok[list[i]] } $1 == "Remv" { name = $2; sub(/:.*/, "", name); if (!($2 in ok) && !(name in ok)) printf " %s", $2 }')
  if [ -z "$hw_more" ]; then return 0; fi
  hw_error="Removing$hw_named would also remove$hw_more. Declare these absent too, or keep all of them."
  hw_fail
}
hw_finish_dpkg() {
  hw_unfinished=$(dpkg --audit)
  for hw_file in /var/lib/dpkg/updates/[0-9]*; do if [ -e "$hw_file" ]; then hw_unfinished=journal; fi; done
  if [ -z "$hw_unfinished" ]; then return 0; fi
  hw_locked dpkg --force-confdef --force-confold --configure -a || hw_apt -f --no-remove install || hw_fail
}
hw_select() { printf '%s' "$1" | debconf-set-selections; }
hw_answer() { hw_locked hw_select "$1" || hw_fail; }
hw_hold_services() {
  if [ -e "$hw_policy" ] && ! grep -q '^# Hostwright:' "$hw_policy"; then mv -f "$hw_policy" "$hw_policy.hostwright"; fi
  trap hw_release_services EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\\n# Hostwright: no service starts while process %s installs packages.\\nif [ -d /proc/%s ] && [ "$(cat /proc/sys/kernel/random/boot_id)" = %s ]; then exit 101; fi\\nif [ -x %s ]; then exec %s "$@"; fi\\n' \
    "$$" "$$" "$(cat /proc/sys/kernel/random/boot_id)" "$hw_policy.hostwright" "$hw_policy.hostwright" >"$hw_policy"
  chmod 0755 "$hw_policy"
}
hw_release_services() {
  if [ -e "$hw_policy.hostwright" ]; then mv -f "$hw_policy.hostwright" "$hw_policy"; else rm -f "$hw_policy"; fi
  trap - EXIT HUP INT TERM
}
if [ -e "$hw_policy" ] && grep -q '^# Hostwright:' "$hw_policy"; then hw_release_services; fi`;
