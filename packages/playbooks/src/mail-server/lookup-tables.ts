import { type Declaration, reveal, secret } from '@hostwright/core';
import { Directory, File, Package } from '@hostwright/modules';
import type { AccountDatabase } from './database.ts';
import { postfixMaps } from './maps.ts';
import type { MailServer } from './settings.ts';
import { sqlMaps, type TableName } from './sql-maps.ts';

/** The lookup tables of Postfix: files with everything in them, or files with a question to the database. */
export interface LookupTables {
  readonly declarations: readonly Declaration[];
  readonly table: (name: TableName) => string;
}

const fileDirectory = '/etc/postfix/maps';
const sqlDirectory = '/etc/postfix/sql';

export function lookupTables(
  server: MailServer,
  postfix: Declaration,
  { ready }: AccountDatabase,
): LookupTables {
  return server.database === undefined
    ? fileTables(server)
    : queryTables(reveal(server.database.password), postfix, ready);
}

function fileTables({ domains, aliases, users }: MailServer): LookupTables {
  const maps = postfixMaps({ domains, aliases, mailboxes: users.map(({ address }) => address) });
  const owned = { owner: 'root', group: 'root' };
  const files = Object.entries(maps).map(([name, content]) =>
    File({ path: `${fileDirectory}/${name}`, content, ...owned, mode: '0644' }),
  );
  return {
    declarations: [Directory({ path: fileDirectory, ...owned, mode: '0755' }), ...files],
    table: (name) => `texthash:${fileDirectory}/${name}`,
  };
}

/** By way of proxymap, which is outside of the chroot and shares its connections among all daemons. */
function queryTables(
  password: string,
  postfix: Declaration,
  ready: readonly Declaration[],
): LookupTables {
  const client = Package({ name: 'postfix-mysql', startService: false });
  const owned = { owner: 'root', group: 'postfix' };
  const needs = [postfix, client, ...ready];
  const files = Object.entries(sqlMaps(password)).map(([name, content]) =>
    File(
      { path: `${sqlDirectory}/${name}.cf`, content: secret(content), ...owned, mode: '0640' },
      { needs },
    ),
  );
  const directory = Directory({ path: sqlDirectory, ...owned, mode: '0750' }, { needs: [postfix] });
  return {
    declarations: [client, directory, ...files],
    table: (name) => `proxy:mysql:${sqlDirectory}/${name}.cf`,
  };
}
