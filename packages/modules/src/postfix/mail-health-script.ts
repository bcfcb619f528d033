import { type Sh, sh } from '@hostwright/core';

/** The queue in a few rows, whatever its length. A line that is no JSON object is an error message. */
const queueAwk = `
function after(key,   at) { at = index($0, "\\"" key "\\": "); return at ? substr($0, at + length(key) + 4) : "" }
!/^[{]/ { print "unreadable " $0; next }
{
  name = after("queue_name"); sub(/^"/, "", name); sub(/".*$/, "", name); count[name]++; total++
  age = now - (after("arrival_time") + 0)
  if (age > oldest) oldest = age
  if (age > late && name != "hold") lates++
  reason = after("delay_reason")
  if (reason != "" && match(reason, /^"([^"\\\\]|\\\\.)*"/)) reasons[substr(reason, 2, RLENGTH - 2)]++
}
END {
  printf "queue %d %d %d %d %d\\n", total, count["deferred"], count["hold"], oldest, lates
  for (turn = 0; turn < 3; turn++) {
    most = ""
    for (reason in reasons) if (most == "" || reasons[reason] > reasons[most]) most = reason
    if (most == "") break
    printf "reason %d %s\\n", reasons[most], substr(most, 1, 300)
    delete reasons[most]
  }
}`;

/**
 * The journal in a row for each minute and each delivery time. A message that a filter looks at has two queue ids: its
 * time runs from the first, and it is delivered by the second. The second names the first (`orig_queue_id`), unless the
 * message was made on the host itself: then both have the same message id. What has left the queue is forgotten.
 */
const journalAwk = `
function minute() { return int(at / 60) }
function leave() { if (!(id in tried)) { left[minute()]++; tried[id] = 1 } }
function gone() {
  if (id in named) { delete first[named[id]]; delete named[id] }
  delete again[id]
  delete start[id]; delete scanned[id]; delete tried[id]; delete notice[id]
}
{ at = $1 + 0; ident = $3; sub(/(\\[[0-9]+\\])?:$/, "", ident) }
/^unreadable / { print; next }
ident ~ /^amavis/ {
  if (match($0, /(Passed|Blocked) [A-Z-]+/)) filtered[substr($0, RSTART, RLENGTH)]++
  next
}
ident !~ /^postfix/ { next }
$4 == "NOQUEUE:" { if ($5 == "reject:" || $5 == "milter-reject:") refused++; next }
{ id = $4; sub(/:$/, "", id) }
$5 ~ /^client=/ {
  if (match($0, /, orig_queue_id=[A-Za-z0-9]+/)) {
    old = substr($0, RSTART + 16, RLENGTH - 16)
    start[id] = (old in start) ? start[old] : at
  } else if (index($0, ", orig_client=")) again[id] = 1
  else { start[id] = at; accepted[minute()]++ }
  next
}
$5 == "milter-reject:" { refused++; if (id in start) { leave(); gone() } next }
ident ~ /cleanup$/ && $5 ~ /^message-id=/ {
  name = $5
  if (id in again) start[id] = (name in first) ? first[name] : at
  else if (!(id in start)) { start[id] = at; accepted[minute()]++ }
  if (!(name in first)) { first[name] = start[id]; named[id] = name }
  next
}
$5 == "from=<>," { notice[id] = 1; next }
$5 ~ /^from=</ && /, status=(expired|force-expired), returned to sender/ { if (!(id in notice)) bounced++; next }
$5 == "removed" {
  if (!(id in scanned)) { if (id in start) leave(); finished[minute()]++ }
  gone(); next
}
match($0, /, dsn=[0-9.]+, status=[a-z]+ /) {
  status = substr($0, RSTART, RLENGTH); sub(/^.*status=/, "", status); sub(/ $/, "", status)
  hop = ident ~ /amavis$/ || /relay=127[.]0[.]0[.]1\\[127[.]0[.]0[.]1\\]:1002[46],/
  if (status == "deferred") { deferrals++; if (id in start) leave() }
  if (status == "bounced" && !(id in notice)) bounced++
  if (status == "sent" && hop) { if (/queued as /) scanned[id] = 1; else stopped++ }
  if (status == "sent" && !hop) {
    sent++
    if (id in start) seconds = at - start[id]
    else { match($0, /, delay=[0-9.]+/); seconds = substr($0, RSTART + 8, RLENGTH - 8) + 0 }
    took[seconds < 10 ? sprintf("%.1f", seconds) : int(seconds)]++
  }
}
END {
  printf "outcome %d %d %d %d %d\\n", sent, bounced, deferrals, refused, stopped
  for (m in accepted) seen[m] = 1
  for (m in finished) seen[m] = 1
  for (m in left) seen[m] = 1
  for (m in seen) printf "minute %d %d %d %d\\n", m, accepted[m], finished[m], left[m]
  for (seconds in took) printf "took %s %d\\n", seconds, took[seconds]
  for (verdict in filtered) printf "filtered %d %s\\n", filtered[verdict], verdict
}`;

interface Window {
  readonly minutes: number;
  /** Messages that wait for longer count as late. */
  readonly lateSeconds: number;
}

/** Reads the queue and the journal of a mail host and prints rows of figures, a few thousand bytes however much mail there was. */
export function healthScript({ minutes, lateSeconds }: Window): Sh {
  return sh`now=$(date +%s) && echo "now $now"
{ postqueue -j 2>&1 || echo "postqueue failed"; } | awk -v now="$now" -v late=${lateSeconds} ${queueAwk}
{ journalctl -q --no-pager -a -o short-unix --since "@$((now - ${minutes} * 60))" SYSLOG_FACILITY=2 || echo "unreadable journalctl failed"; } |
  awk ${journalAwk}`;
}
