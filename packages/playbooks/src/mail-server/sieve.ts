import { type Declaration, type Declarations, sh } from '@hostwright/core';
import { Command, Directory, File, Package } from '@hostwright/modules';

/** Where the rules for everybody lie; every mailbox's process must be able to read them. */
const directory = '/etc/dovecot/sieve';
export const rulesFile = `${directory}/everybody.sieve`;
const compiledFile = `${directory}/everybody.svbin`;

/**
 * What a filter marked goes to Junk, and so does what the domain of its sender wants in quarantine (RFC 7489 §6.3).
 * Only this server's own word counts: what others wrote of theirs is taken off by OpenDKIM.
 * Source: RFC 5228, RFC 5490 §3.2.
 */
function sieveRules(hostname: string): string {
  return `# Written by Hostwright.
require ["fileinto", "mailbox"];
if anyof (
  header :is "X-Spam-Flag" "YES",
  header :contains "Authentication-Results" "${hostname}; dmarc=fail (p=quarantine"
) {
  fileinto :create "Junk";
  stop;
}
`;
}

/** Rules that every delivery goes through, compiled by root, because the owner of the mail may not write there. */
export function sieve(hostname: string, configuration: Declaration): Declarations {
  const owned = { owner: 'root', group: 'root' };
  const needs = [configuration];
  const compiler = Package({ name: 'dovecot-sieve', startService: false });
  const folder = Directory({ path: directory, ...owned, mode: '0755' }, { needs });
  const rules = File({ path: rulesFile, content: sieveRules(hostname), ...owned, mode: '0644' });
  const compile = Command(
    {
      name: 'compile the rules for all mailboxes',
      unless:
        sh`test -n "$(find ${compiledFile} -perm 0644 2>/dev/null)" && test -z "$(find ${rulesFile} -newer ${compiledFile})"`
          .script,
      // sievec lets the owner alone read what it writes.
      script: sh`sievec ${rulesFile} ${compiledFile} && chmod 0644 ${compiledFile}`.script,
    },
    { needs: [compiler, rules, configuration] },
  );
  return [compiler, folder, rules, compile];
}
