/** Time that TERM gets before KILL, in tenths of a second. */
const patienceTenths = 20;

/**
 * A script that ends every process of the sessions that the given processes belong to: TERM, then KILL. A session and
 * not a process group, because timeout(1) and shells with job control open groups of their own; what called setsid is a
 * daemon and lives on. Where there is no /proc, process groups have to do. Exits 0 when nothing is left.
 */
export function stopScript(pids: readonly number[]): string {
  const groups = pids.map((pid) => `-${pid}`).join(' ');
  return `sessions=' '
for pid in ${pids.join(' ')}; do
  { IFS= read -r line </proc/$pid/stat; } 2>/dev/null || continue
  set -- \${line##*) }
  sessions="$sessions$4 "
done
each() {
  left=0
  for folder in /proc/[0-9]*; do
    { IFS= read -r line <"$folder/stat"; } 2>/dev/null || continue
    set -- "$1" \${line##*) }
    case $2 in Z) continue ;; esac
    case $sessions in *" $5 "*) left=1; kill "-$1" "\${folder#/proc/}" 2>/dev/null ;; esac
  done
  if [ ! -r /proc/self/stat ]; then
    for group in ${groups}; do kill "-$1" "$group" 2>/dev/null && left=1; done
  fi
}
wait_for() {
  count=0
  while each 0; [ $left = 1 ] && [ $count -lt ${patienceTenths} ]; do count=$((count + 1)); sleep 0.1; done
}
each TERM; wait_for
[ $left = 0 ] || { each KILL; wait_for; }
exit $left
`;
}
