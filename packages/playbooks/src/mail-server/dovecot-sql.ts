import type { DebianRelease } from './debian-release.ts';
import { databaseLogin } from './sql-maps.ts';

/** Dovecot's own word for a mailbox without a limit, and the field that holds it. */
const quotaFields: Readonly<Record<DebianRelease, string>> = {
  'debian-12': "CONCAT('*:storage=', IFNULL(quota_mib, 0), 'M') AS quota_rule",
  'debian-13': "IFNULL(CONCAT(quota_mib, 'M'), 'unlimited') AS quota_storage_size",
};

/**
 * What Dovecot asks the database: a file of its own, since it holds the password. On Debian 12 it is what `args` of the
 * sql driver names, on Debian 13 a part of dovecot.conf.
 */
export function dovecotSql(password: string, mailUid: number, release: DebianRelease): string {
  const { database, user, socket } = databaseLogin;
  const variable = release === 'debian-12' ? '%u' : '%{user}';
  const where = `FROM users WHERE email = '${variable}' AND active = 1`;
  const login = `SELECT password ${where}`;
  const lookup = `SELECT ${mailUid} AS uid, ${mailUid} AS gid, ${quotaFields[release]} ${where}`;
  const all = 'SELECT email AS user FROM users WHERE active = 1';
  if (release === 'debian-12') {
    return `driver = mysql
connect = host=${socket} dbname=${database} user=${user} password=${password}
default_pass_scheme = SCRAM-SHA-256
password_query = ${login}
user_query = ${lookup}
iterate_query = ${all}
`;
  }
  return `sql_driver = mysql
mysql ${socket} {
  dbname = ${database}
  user = ${user}
  password = ${password}
}
passdb sql {
  default_password_scheme = SCRAM-SHA-256
  query = ${login}
}
userdb sql {
  query = ${lookup}
  iterate_query = ${all}
}
`;
}
