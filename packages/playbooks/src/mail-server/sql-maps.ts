/** How Postfix and Dovecot log in to the database of accounts, which is on the same host. */
export const databaseLogin = {
  database: 'mail',
  user: 'mailreader',
  socket: '/run/mysqld/mysqld.sock',
} as const;

/** Name of each lookup table, whether it is a file or a query. */
export type TableName = 'domains' | 'mailboxes' | 'aliases' | 'senders' | 'own-domains';

/**
 * Queries by table, with the same answers as the files of `postfixMaps`: an alias that is a mailbox as well goes to its
 * targets, and a mailbox stands for itself before any catch-all. Postfix quotes what it puts in for `%s`.
 * Source: mysql_table(5).
 */
const queries: Readonly<Record<TableName, string>> = {
  domains: "SELECT 'OK' FROM domains WHERE name = '%s' AND active = 1",
  mailboxes: "SELECT 'OK' FROM users WHERE email = '%s' AND active = 1",
  aliases:
    "SELECT destination FROM aliases WHERE source = '%s' UNION SELECT email FROM users WHERE email = '%s' AND active = 1 AND NOT EXISTS (SELECT 1 FROM aliases WHERE source = '%s')",
  senders:
    "SELECT email FROM users WHERE email = '%s' AND active = 1 UNION SELECT email FROM aliases JOIN users ON email = destination WHERE source = '%s' AND active = 1",
  'own-domains':
    "SELECT 'REJECT mail of this domain is sent by its own users, after login' FROM domains WHERE name = '%s'",
};

/** Files for Postfix, by table. Secret as a whole, line by line: a line that stands elsewhere too would be hidden there. */
export function sqlMaps(password: string): Readonly<Record<TableName, string>> {
  const { database, user, socket } = databaseLogin;
  const file = (query: string) =>
    `hosts = unix:${socket}\nuser = ${user}\npassword = ${password}\ndbname = ${database}\nquery = ${query}\n`;
  return {
    domains: file(queries.domains),
    mailboxes: file(queries.mailboxes),
    aliases: file(queries.aliases),
    senders: file(queries.senders),
    'own-domains': file(queries['own-domains']),
  };
}
