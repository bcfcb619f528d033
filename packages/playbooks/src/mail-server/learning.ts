import type { Declaration, Declarations } from '@hostwright/core';
import { Directory, File, Service } from '@hostwright/modules';
import { unitFile } from '../unit-file.ts';
import { compiledRules, rulesFolder } from './sieve.ts';

/** What Dovecot runs when a message is moved into Junk or out of it, and what it may pipe the message to. */
export const learningRules = {
  spam: `${rulesFolder}/learn-spam.sieve`,
  ham: `${rulesFolder}/learn-ham.sieve`,
  programs: '/usr/local/lib/mail-learning',
} as const;

const spool = '/var/spool/mail-learning';

/**
 * Learning from what users do. Dovecot puts a copy of the message aside, as the owner of the mail; a unit that watches that
 * place teaches SpamAssassin, as the owner of its database. So nobody waits, and nobody gets rights for it.
 */
export function learning({
  amavis,
  rulesNeed,
}: {
  /** The package that brings the user of that name. */
  readonly amavis: Declaration;
  readonly rulesNeed: readonly Declaration[];
}): Declarations {
  const needs = [amavis];
  const own = { owner: 'root', group: 'root' };
  // Its group may take away what is learned, and gets to read what is put there.
  const folders = ['', '/new', '/spam', '/ham'].map((name) =>
    Directory(
      { path: `${spool}${name}`, owner: 'vmail', group: 'amavis', mode: '2770' },
      { needs },
    ),
  );
  const programFolder = Directory({ path: learningRules.programs, ...own, mode: '0755' });
  const programs = [
    File({ path: `${learningRules.programs}/keep`, content: keepProgram, ...own, mode: '0755' }),
    File({ path: `${learningRules.programs}/learn`, content: learnProgram, ...own, mode: '0755' }),
    unitFile('mail-learning.service', serviceText),
    unitFile('mail-learning.path', pathText),
  ];
  const rules = [
    compiledRules(learningRules.spam, spamRule, rulesNeed),
    compiledRules(learningRules.ham, hamRule, rulesNeed),
  ];
  const watch = Service(
    { name: 'mail-learning.path', running: true, enabled: true },
    { needs: [...folders, ...programs] },
  );
  return [folders, programFolder, programs, rules, watch];
}

/** Source: Pigeonhole documentation, "imapsieve". */
const spamRule = `# Written by Hostwright.
require ["vnd.dovecot.pipe", "copy", "imapsieve"];
pipe :copy "keep" ["spam"];
`;

/** What goes from Junk to Trash is no less spam for that. */
const hamRule = `# Written by Hostwright.
require ["vnd.dovecot.pipe", "copy", "imapsieve", "environment", "variables"];
if environment :matches "imap.mailbox" "*" {
  set "mailbox" "\${1}";
}
if string "\${mailbox}" ["Trash", "Junk"] {
  stop;
}
pipe :copy "keep" ["ham"];
`;

/** Renamed when it is whole, so that no half of a message is learned. */
const keepProgram = `#!/bin/sh
# Written by Hostwright: puts the message on standard input aside, as $1.
set -eu
umask 007
case $1 in spam | ham) ;; *) exit 64 ;; esac
file=$(mktemp ${spool}/new/XXXXXXXXXX)
cat >"$file"
chmod 0660 "$file"
mv "$file" "${spool}/$1/"
`;

/** What could not be learned goes all the same: as long as anything is there, systemd starts it again. */
const learnProgram = `#!/bin/sh
# Written by Hostwright: teaches SpamAssassin what was put aside.
set -u
failed=0
for kind in spam ham; do
  for file in "${spool}/$kind"/*; do
    [ -f "$file" ] || continue
    sa-learn --no-sync "--$kind" "$file" || failed=1
    rm -f -- "$file" || failed=1
  done
done
sa-learn --sync || failed=1
exit "$failed"
`;

const serviceText = `# Written by Hostwright.
[Unit]
Description=Learning of spam from what users moved

[Service]
Type=oneshot
User=amavis
Group=amavis
ExecStart=${learningRules.programs}/learn
Nice=10
`;

const pathText = `# Written by Hostwright.
[Unit]
Description=Messages that users moved into Junk or out of it

[Path]
DirectoryNotEmpty=${spool}/spam
DirectoryNotEmpty=${spool}/ham

[Install]
WantedBy=multi-user.target
`;
