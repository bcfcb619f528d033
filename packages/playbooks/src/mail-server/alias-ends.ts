import { domainOf } from '../names.ts';

/** Address to the addresses that get its mail. */
export type Aliases = Readonly<Record<string, readonly string[]>>;

/** Addresses that every domain must have. Source: RFC 5321 §4.5.1, RFC 2142. */
const roleNames = ['postmaster', 'abuse'];

/**
 * The role addresses that are no mailbox, for the first mailbox. What the host itself writes, such as cron to `root`, goes
 * to the first domain, where nobody would get it, nor hear of it.
 */
export function roleAliases(domains: readonly string[], mailboxes: readonly string[]): Aliases {
  const first = mailboxes[0] ?? '';
  const addresses = [
    ...domains.flatMap((domain) => roleNames.map((name) => `${name}@${domain}`)),
    `root@${domains[0] ?? ''}`,
  ];
  const free = addresses.filter((address) => !mailboxes.includes(address));
  return Object.fromEntries(free.map((address) => [address, [first]]));
}

/** Where the first of the targets of an alias leads in the end. A circle ends where it began. */
export function endOf(address: string, aliases: Aliases, seen: readonly string[] = []): string {
  const [next] = aliases[address] ?? [];
  if (next === undefined || next === address || seen.includes(next)) return address;
  return endOf(next, aliases, [...seen, address]);
}

/**
 * Aliases that reach nobody, a sentence each. Postfix takes mail for any alias, and what nobody gets comes back to a
 * sender who is made up more often than not; a circle makes it refuse the message for now, again and again.
 */
export function lostAliases(
  domains: readonly string[],
  mailboxes: readonly string[],
  aliases: Aliases,
): readonly string[] {
  const boxes = new Set(mailboxes);
  const hosted = new Set(domains);
  /** The row that an address is looked up by. Undefined: it is a mailbox, of elsewhere, or nobody's. */
  const rowOf = (address: string): string | undefined => {
    const plain = address.replace(/\+[^@]*@/, '@');
    if (Object.hasOwn(aliases, plain)) return plain;
    const rest = `@${domainOf(plain)}`;
    return !boxes.has(plain) && Object.hasOwn(aliases, rest) ? rest : undefined;
  };
  const isNobody = (address: string) =>
    hosted.has(domainOf(address)) &&
    rowOf(address) === undefined &&
    !boxes.has(address.replace(/\+[^@]*@/, '@'));
  return Object.entries(aliases).flatMap(([alias, targets]) => [
    ...targets
      .filter(isNobody)
      .map(
        (target) =>
          `aliases: '${target}', a target of '${alias}', is neither a mailbox nor an alias here.`,
      ),
    ...(isInCircle(alias, aliases, { boxes, rowOf })
      ? [`aliases: '${alias}' leads back to itself, and its mail to nobody.`]
      : []),
  ]);
}

/** A mailbox that is among its own targets ends every circle, since Postfix does not look it up a second time. */
function isInCircle(
  alias: string,
  aliases: Aliases,
  {
    boxes,
    rowOf,
  }: {
    readonly boxes: ReadonlySet<string>;
    readonly rowOf: (address: string) => string | undefined;
  },
): boolean {
  const keeps = (row: string) => boxes.has(row) && (aliases[row] ?? []).includes(row);
  const seen = new Set<string>();
  const rows = keeps(alias) ? [] : [alias];
  for (let row = rows.pop(); row !== undefined; row = rows.pop()) {
    for (const target of aliases[row] ?? []) {
      const next = rowOf(target);
      if (next === alias) return true;
      if (next === undefined || seen.has(next) || keeps(next)) continue;
      seen.add(next);
      rows.push(next);
    }
  }
  return false;
}
