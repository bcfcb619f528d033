import { type Declaration, type Declarations, sh } from '@hostwright/core';
import { Command, Directory, File, Package } from '@hostwright/modules';

/** Where the rules for everybody lie; every mailbox's process must be able to read them. */
export const rulesFolder = '/etc/dovecot/sieve';
export const rulesFile = `${rulesFolder}/everybody.sieve`;

/**
 * What a filter marked goes to Junk, and so does what the domain of its sender wants in quarantine (RFC 7489 §6.3).
 * The words of this server and its second count: what others wrote in the name of this one is taken off by OpenDKIM.
 * Source: RFC 5228, RFC 5490 §3.2.
 */
function sieveRules(hostnames: readonly string[]): string {
  const words = hostnames.map((name) => `"${name}; dmarc=fail (p=quarantine"`).join(', ');
  return `# Written by Hostwright.
require ["fileinto", "mailbox"];
if anyof (
  header :is "X-Spam-Flag" "YES",
  header :contains "Authentication-Results" [${words}]
) {
  fileinto :create "Junk";
  stop;
}
`;
}

/** Rules that every delivery goes through. */
export function sieve(
  hostnames: readonly string[],
  configuration: Declaration,
): { readonly declarations: Declarations; readonly rulesNeed: readonly Declaration[] } {
  const compiler = Package({ name: 'dovecot-sieve', startService: false });
  const folder = Directory(
    { path: rulesFolder, owner: 'root', group: 'root', mode: '0755' },
    { needs: [configuration] },
  );
  const rulesNeed = [compiler, configuration];
  const rules = compiledRules(rulesFile, sieveRules(hostnames), rulesNeed);
  return { declarations: [compiler, folder, rules], rulesNeed };
}

/** A script of rules, compiled by root, because the owner of the mail may not write there. */
export function compiledRules(
  path: string,
  content: string,
  needs: readonly Declaration[],
): Declarations {
  const compiled = path.replace(/sieve$/, 'svbin');
  const compile = Command(
    {
      name: `compile ${path}`,
      unless:
        sh`test -n "$(find ${compiled} -perm 0644 2>/dev/null)" && test -z "$(find ${path} -newer ${compiled})"`
          .script,
      // Without -c it asks a running Dovecot, whose configuration may be older. It lets the owner alone read what it writes.
      script: sh`sievec -c /etc/dovecot/dovecot.conf ${path} ${compiled} && chmod 0644 ${compiled}`
        .script,
    },
    { needs },
  );
  const owned = { owner: 'root', group: 'root' };
  const rules = File({ path, content, ...owned, mode: '0644' }, { notify: [compile] });
  return [rules, compile];
}
