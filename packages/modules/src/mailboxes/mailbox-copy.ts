import { defineResource, type Errand, HostwrightError, sh } from '@hostwright/core';
import { type Static, Type } from 'typebox';
import { pathProperty } from '../files/absolute-path.ts';
import { asUnit } from './as-unit.ts';

const address = (description: string) =>
  Type.String({
    pattern: '^[a-z0-9_][a-z0-9_.-]{0,63}@[a-z0-9][a-z0-9.-]{0,252}$',
    description,
  });

const schema = Type.Object(
  {
    folder: pathProperty(
      'Directory with a configuration of Dovecot for each mailbox, `ADDRESS.conf`, that says where it is copied from.',
    ),
    mailboxes: Type.Array(address('Address of a mailbox of this host.'), {
      minItems: 1,
      maxItems: 10_000,
      description: 'Mailboxes that are copied.',
    }),
  },
  { additionalProperties: false },
);

type MailboxCopySpec = Readonly<Static<typeof schema>>;

const given = Type.Object(
  { mailbox: Type.Optional(address('Only this one. Default: all that are declared.')) },
  { additionalProperties: false },
);

/**
 * Mailboxes that come from another server, over IMAP. `copyMailboxes` of @hostwright/playbooks declares it with what it
 * needs. Nothing is copied by an apply.
 *
 * Identity: once per host.
 * Errands: `copy`: fetches what is not here yet; again later, it fetches what came since.
 * Units: none.
 * Cost: nothing to probe.
 * Limits: one way only: the other server is not changed. Each copy after the first leaves of two messages in a folder with
 * the same Message-ID one.
 * Errors: ERRAND_INVALID, ERRAND_FAILED with what Dovecot said.
 * Source: doveadm-sync(1) of 2.3 and 2.4, "imapc".
 * @example MailboxCopy({ folder: '/etc/mail-copy', mailboxes: ['anna@example.com'] })
 */
export const MailboxCopy = defineResource({
  kind: 'MailboxCopy',
  schema,
  keys: [],
  identity: () => 'mailboxes',
  driver: { via: 'nothing' },
  diff: () => [],
  errands: {
    copy: {
      summary: 'Fetches messages from the other server that are not here yet.',
      schema: given,
      isFinal: false,
      commands: ['doveadm', 'systemd-run'],
      timeoutMs: 86_400_000,
      look: () => sh`:`,
      find: (_, only, { folder, mailboxes }) => {
        const { mailbox } = only as Static<typeof given>;
        const chosen =
          mailbox === undefined ? mailboxes : mailboxes.filter((own) => own === mailbox);
        if (chosen.length === 0) {
          throw new HostwrightError('ERRAND_INVALID', {
            problem: `${mailbox} is not among the mailboxes that are copied.`,
          });
        }
        return {
          lines: [...chosen],
          value: [...chosen],
          act: asUnit('mailbox-copy', copyText, [folder, ...chosen]),
        };
      },
    } satisfies Errand<MailboxCopySpec>,
  },
});

/**
 * One that fails does not keep the others from being copied. The first time the mailbox is empty here, and all numbers stay
 * as they are. Later, new mail may have the same number on both sides: dsync finds such folders equal unless it looks at
 * everything (-f), and then brings over again what it can tell by number alone.
 */
const copyText = `folder=$1
shift
failed=0
copy() {
  [ -e "$folder/$1.copied" ] || { doveadm -c "$folder/$1.conf" sync -1 -R -u "$1" imapc: && : >"$folder/$1.copied"; return; }
  doveadm -c "$folder/$1.conf" sync -f -1 -R -u "$1" imapc: && doveadm deduplicate -u "$1" -m mailbox '*'
}
for user do
  if copy "$user"; then echo "$user"
  else failed=1; echo "$user could not be copied."; fi
done
exit "$failed"
`;
