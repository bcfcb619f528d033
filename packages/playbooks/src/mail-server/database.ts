import type { Declaration, Declarations } from '@hostwright/core';
import {
  MysqlDatabase,
  MysqlRows,
  MysqlTable,
  MysqlUser,
  MysqlVariable,
  Package,
  Service,
} from '@hostwright/modules';
import { passwordHash } from './password-hash.ts';
import type { MailServer } from './settings.ts';
import { databaseLogin } from './sql-maps.ts';

/** The database of accounts, and what those who read it wait for. */
export interface AccountDatabase {
  readonly declarations: Declarations;
  readonly ready: readonly Declaration[];
}

const { database, user: reader } = databaseLogin;

/**
 * MariaDB on the same host, with a table each for domains, mailboxes and aliases. Rows that others add count as much as
 * those of the playbook, from the moment that they are there.
 */
export function accountDatabase(server: MailServer): AccountDatabase {
  const { database: settings, sizing } = server;
  if (settings === undefined) return { declarations: [], ready: [] };
  const tables = accountTables();
  const account = MysqlUser({
    name: reader,
    password: settings.password,
    grants: Object.fromEntries(
      ['domains', 'users', 'aliases'].map((table) => [`${database}.${table}`, ['SELECT' as const]]),
    ),
  });
  const rows = accountRows(server, settings.otherRows);
  return {
    declarations: [
      Package({ name: 'mariadb-server', startService: false }),
      Service({ name: 'mariadb', running: true, enabled: true }),
      MysqlVariable({ name: 'innodb_buffer_pool_size', value: `${sizing.bufferPoolMiB}M` }),
      MysqlVariable({ name: 'max_connections', value: sizing.databaseConnections }),
      MysqlDatabase({ name: database }),
      tables,
      account,
      rows,
    ],
    ready: [...tables, account, ...rows],
  };
}

const address = { type: 'varchar(254)' };
const active = { type: 'tinyint(1)', default: 1 };

/** 1 in rows that the playbook wrote, so that those which it declares no more can be told from those of others. */
const mark = 'declared';
const declared = { type: 'tinyint(1)', default: 0 };

function accountTables(): readonly Declaration[] {
  return [
    MysqlTable({
      database,
      name: 'domains',
      columns: { name: { type: 'varchar(253)' }, active, declared },
      primaryKey: ['name'],
    }),
    MysqlTable({
      database,
      name: 'users',
      columns: {
        id: { type: 'bigint', counts: true },
        email: address,
        password: { type: 'varchar(512)' },
        quota_mib: { type: 'bigint', nullable: true },
        active,
        declared,
      },
      primaryKey: ['id'],
      unique: { idx_email: ['email'] },
    }),
    MysqlTable({
      database,
      name: 'aliases',
      columns: { source: address, destination: address, declared },
      primaryKey: ['source', 'destination'],
    }),
  ];
}

/** Whether a mailbox is active is not declared: switching it off by hand is no drift. */
function accountRows(
  { domains, users, aliases, quotaMiB: usual, saltKey }: MailServer,
  others: 'keep' | 'remove',
): readonly Declaration[] {
  const targets = Object.entries(aliases).flatMap(([source, destinations]) =>
    destinations.map((destination) => ({ source, destination })),
  );
  return [
    MysqlRows({
      ...{ database, table: 'domains', key: ['name'], columns: [], mark, others },
      rows: domains.map((name) => ({ name })),
    }),
    MysqlRows({
      ...{
        database,
        table: 'users',
        key: ['email'],
        columns: ['password', 'quota_mib'],
        mark,
        others,
      },
      secretColumns: ['password'],
      rows: users.map(({ address: email, password, quotaMiB }) => ({
        email,
        password: passwordHash(email, password, saltKey),
        quota_mib: quotaMiB ?? usual ?? null,
      })),
    }),
    MysqlRows({
      ...{ database, table: 'aliases', key: ['source', 'destination'], columns: [], mark, others },
      rows: targets,
    }),
  ];
}
