import {
  HostwrightError,
  type ProbeOutput,
  pipeSecret,
  type Reading,
  type Sh,
  sh,
  unknown,
  unreadable,
} from '@hostwright/core';

export const mysqlCommands = ['mariadb'];

/** Order of everything that speaks to the server. */
export const mysqlEdges = [
  ...['package:mariadb-server', 'package:default-mysql-server'],
  // The last two are other names of the first.
  ...['unit:mariadb.service', 'unit:mysql.service', 'unit:mysqld.service'],
];

/** The SQL goes to standard input, since it may hold secrets. The login is the one of the system user. */
const client = sh`mariadb --batch --skip-column-names --default-character-set=utf8mb4`;

/** Asks, and says in the first line whether the server answered. */
export function askServer(sql: string): Sh {
  return sh`if hw_rows=$(${pipeSecret(sql, client)} 2>&1); then printf 'rows\\n%s\\n' "$hw_rows"
else printf 'failed\\n%s\\n' "$hw_rows"; fi`;
}

/**
 * Statements in their order; the first one that fails ends it. The client repeats that one beside its error, and it may
 * hold a secret, so that only the error is passed on.
 */
export function tellServer(statements: readonly string[]): Sh {
  const text = statements.map((statement) => `${statement};\n`).join('');
  return sh`if ! hw_said=$(${pipeSecret(text, client)} 2>&1); then
printf '%s\n' "$hw_said" | grep '^ERROR ' >&2; exit 1; fi`;
}

/** Rows of an answer, each with its columns; or what all readings are when there was none. */
export function rowsOf({
  stdout,
}: ProbeOutput):
  | { readonly rows: readonly (readonly string[])[] }
  | { readonly reading: Reading<never> } {
  const [state, ...lines] = stdout.split('\n');
  if (state === 'rows') {
    return { rows: lines.filter((line) => line !== '').map((line) => line.split('\t')) };
  }
  const said = lines.join('\n').trim();
  // 2002: nobody listens on the socket.
  if (/^ERROR 2002 /m.test(said)) return { reading: unknown('MariaDB does not run') };
  // 1045, 1698: the account of this system user is not let in, or there is none.
  const isRefused = /^ERROR (1045|1698) /m.test(said);
  return {
    reading: unreadable(
      new HostwrightError('PROBE_FAILED', {
        problem: isRefused
          ? 'MariaDB does not let the user of the run in.'
          : 'MariaDB did not answer as it should.',
        detail: said,
        ...(isRefused
          ? { remedy: 'It lets root in without a password: set `become` for the host.' }
          : {}),
      }),
    ),
  };
}

/** NULL as the client prints it. */
export function orNull(text: string | undefined): string | null {
  return text === undefined || text === 'NULL' ? null : text;
}
