import type { Declarations } from '@hostwright/core';
import { File } from '@hostwright/modules';
import type { MailServer } from './settings.ts';

const file = '/etc/postfix/trusted-relays';

/** How Postfix finds out that a client is a trusted relay; undefined where there is none. */
export function relayTable({ trustedRelays }: MailServer): string | undefined {
  return trustedRelays.length === 0 ? undefined : `cidr:${file}`;
}

/** Servers whose mail was looked at already. They may hand over mail for the hosted domains, and nothing else. */
export function relayFile({ trustedRelays }: MailServer): Declarations {
  if (trustedRelays.length === 0) return [];
  const content = trustedRelays.map((address) => `${address}  OK\n`).join('');
  return File({ path: file, content, owner: 'root', group: 'root', mode: '0644' });
}
