/** Everything that the lookup tables of Postfix say. */
export interface MailAddresses {
  readonly domains: readonly string[];
  /** Addresses of mailboxes, lower case. */
  readonly mailboxes: readonly string[];
  /** Address to the addresses that get its mail, all lower case. */
  readonly aliases: Readonly<Record<string, readonly string[]>>;
}

/** Lookup tables by file name, in the form of texthash: no index to build, and Postfix reads them when it reloads. */
export function postfixMaps(addresses: MailAddresses): Readonly<Record<string, string>> {
  const { domains, mailboxes, aliases } = addresses;
  return {
    domains: table(domains.map((domain) => [domain, 'OK'])),
    mailboxes: table(mailboxes.map((address) => [address, 'OK'])),
    // Mailboxes stand for themselves first, so that a catch-all leaves them their mail.
    aliases: table(
      Object.entries({ ...selves(mailboxes), ...aliases }).map(([address, targets]) => [
        address,
        targets.join(', '),
      ]),
    ),
    senders: table(senders(addresses)),
    'own-domains': table(
      domains.map((domain) => [
        domain,
        'REJECT mail of this domain is sent by its own users, after login',
      ]),
    ),
  };
}

function selves(mailboxes: readonly string[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(mailboxes.map((address) => [address, [address]]));
}

/** Who may send as whom: users as themselves, and as every alias that ends with them. */
function senders({ mailboxes, aliases }: MailAddresses): readonly (readonly [string, string])[] {
  const owners = new Map(mailboxes.map((address) => [address, [address]]));
  for (const [address, targets] of Object.entries(aliases)) {
    const users = targets.filter((target) => mailboxes.includes(target));
    if (users.length > 0)
      owners.set(address, [...new Set([...(owners.get(address) ?? []), ...users])]);
  }
  return [...owners].map(([address, users]) => [address, users.join(', ')] as const);
}

function table(rows: readonly (readonly [string, string])[]): string {
  return rows.map(([key, value]) => `${key}  ${value}\n`).join('');
}
