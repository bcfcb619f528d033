import { type Sh, sh } from '@hostwright/core';

/**
 * Asks whether a new connection to the port of this run would still get in: first match wins, as in ufw. Changes are
 * `-TUPLE` for a rule that goes and `+ACTION TUPLE` for one that comes. A change is to blame when the connection got in
 * before and does not after, or when its own rule is the one that refuses. ufw is written in Python, so that is there.
 */
const program = `
import ipaddress, re, sys
port, client, policy, changes = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
address = ipaddress.ip_address(client)
address = getattr(address, "ipv4_mapped", None) or address
removed = [c[1:] for c in changes if c[0] == "-"]
added = [c[1:] for c in changes if c[0] == "+"]

def on_disk():
    for line in open("/etc/ufw/user.rules" if address.version == 4 else "/etc/ufw/user6.rules"):
        found = re.match(r"### tuple ### ([^ ]+ .*?)( comment=[0-9a-f]*)?$", line)
        if found: yield found.group(1)

def match(rule):
    return rule.split(" ", 1)[1]

def changed(rules):
    rules = [rule for rule in rules if match(rule) not in removed]
    for new in added:
        if any(match(rule) == match(new) for rule in rules):
            rules = [new if match(rule) == match(new) else rule for rule in rules]
        else: rules.append(new)
    return rules

def covers(ports):
    for part in ports.split(","):
        low, _, high = part.partition(":")
        if part == "any" or int(low) <= port <= int(high or low): return True
    return False

def gets_in(rules):
    for rule in rules:
        words = rule.split(" ")
        if len(words) not in (7, 9) or not words[-1].startswith("in"): continue
        action, protocol, ports, _, _, source = words[:6]
        network = ipaddress.ip_network(source, strict=False)
        if protocol not in ("tcp", "any") or not covers(ports): continue
        if network.version != address.version or address not in network: continue
        return action.split("_")[0] in ("allow", "limit"), rule
    return policy == "allow", None

before, _ = gets_in(list(on_disk()))
after, rule = gets_in(changed(list(on_disk())))
if after: sys.exit(0)
sys.exit(1 if not changes or before or rule in added else 0)
`;

/**
 * Defines `hw_guard WHAT POLICY [±TUPLE…]`, which fails when a new SSH connection like that of this run would be cut
 * off. The port and the client come from SSH_CONNECTION of a parent process, because sudo takes it out of the
 * environment. A run that did not come by SSH has nothing to lose.
 */
export const sshGuard: Sh = sh`
hw_connection() {
  hw_pid=$$
  while [ "\${hw_pid:-1}" -gt 1 ]; do
    hw_found=$(tr '\\0' '\\n' <"/proc/$hw_pid/environ" 2>/dev/null | sed -n 's/^SSH_CONNECTION=//p')
    [ -z "$hw_found" ] || { printf '%s' "$hw_found"; return; }
    hw_pid=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$hw_pid/status" 2>/dev/null)
  done
}
hw_ssh=$(hw_connection)
hw_client=\${hw_ssh%% *}
hw_port=\${hw_ssh##* }
hw_guard() {
  hw_what=$1; shift
  [ -n "$hw_ssh" ] || return 0
  python3 -c ${program} "$hw_port" "\${hw_client%%%*}" "$@" && return 0
  printf '%s would cut off this run, which comes from %s to port %s.\\n' "$hw_what" "$hw_client" "$hw_port" >&2
  printf 'Declare UfwRule({ allow: %s, proto: "tcp" }) and let it come first.\\n' "$hw_port" >&2
  return 1
}`;
