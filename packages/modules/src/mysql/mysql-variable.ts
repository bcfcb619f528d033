import {
  type Difference,
  defineResource,
  type FieldDiff,
  lines,
  type ProbeOutput,
  present,
  type Reading,
  type Sh,
  sh,
} from '@hostwright/core';
import { type Static, Type } from 'typebox';
import { textWrite, writeFiles } from '../files/write-file.ts';
import { askServer, mysqlCommands, mysqlEdges, rowsOf, tellServer } from './mysql-client.ts';

const schema = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z][a-z0-9_]{1,63}$',
      maxLength: 64,
      description: 'Name of the system variable, as SHOW VARIABLES has it: `max_connections`.',
    }),
    value: Type.Union(
      [
        Type.Integer({ minimum: 0 }),
        Type.Boolean(),
        Type.String({ pattern: '^[A-Za-z0-9_.:,/-]{1,256}$', maxLength: 256 }),
      ],
      {
        description:
          'Its value: a number (with a fraction as text: `"0.5"`), true or false, or a word. Sizes may end in `K`, `M` or `G`, which count in 1024.',
      },
    ),
  },
  { additionalProperties: false },
);

type MysqlVariableSpec = Readonly<Static<typeof schema>>;

interface ObservedVariable {
  /** The value in our file; undefined when there is none. */
  readonly stored: string | undefined;
  /** The value in force; undefined when the server does not run. */
  readonly live: string | undefined;
}

const directory = '/etc/mysql/mariadb.conf.d';

/**
 * One global variable of MariaDB: in a file of its own, read last, and in the running server at once. Where the server
 * refuses a change while it runs, it is restarted; where it does not come up, the old value is put back and it is started
 * again.
 *
 * The server rounds some sizes (innodb_buffer_pool_size to whole 128M in 10.11); give values that it keeps.
 *
 * Identity: `name`, once per host.
 * Units: as the variable has them; sizes in bytes.
 * Cost: one query per host to probe (20 ms); two calls of the client to apply.
 * Errors: APPLY_FAILED with what the server said, such as an unknown variable; its file is then as it was before.
 * Source: MariaDB Server documentation, "Server System Variables", "Configuring MariaDB with Option Files". Captured on Debian 12 (MariaDB 10.11) and 13 (11.8).
 * @example MysqlVariable({ name: 'innodb_buffer_pool_size', value: '256M' })
 */
export const MysqlVariable = defineResource({
  kind: 'MysqlVariable',
  schema,
  keys: ['name'],
  identity: (spec) => spec.name,
  claims: (spec) => [`mysql-variable:${spec.name}`, `path:${pathOf(spec.name)}`],
  edges: () => ({ after: mysqlEdges }),
  driver: {
    via: 'shell',
    exclusive: ['mysql'],
    commands: mysqlCommands,
    probe: probeVariables,
    parse: parseVariables,
    apply: applyVariables,
  },
  diff: variableDiff,
});

function pathOf(name: string): string {
  return `${directory}/90-${name}.cnf`;
}

function fileText(name: string, value: string): string {
  return `# Written by Hostwright.\n[mysqld]\n${name} = ${value}\n`;
}

/** Lines `F name value` of the files, then what the server says. */
function probeVariables(specs: readonly Pick<MysqlVariableSpec, 'name'>[]): Sh {
  const names = specs.map(({ name }) => name);
  return lines([
    ...names.map(
      (name) =>
        sh`[ ! -r ${pathOf(name)} ] || sed -n ${`s/^${name} = /F ${name} /p`} ${pathOf(name)}`,
    ),
    sh`echo server`,
    askServer(
      `SELECT VARIABLE_NAME, VARIABLE_VALUE FROM information_schema.GLOBAL_VARIABLES WHERE VARIABLE_NAME IN (${names.map((name) => `'${name.toUpperCase()}'`).join(', ')})`,
    ),
  ]);
}

function parseVariables(
  output: ProbeOutput,
  specs: readonly Pick<MysqlVariableSpec, 'name'>[],
): readonly Reading<ObservedVariable>[] {
  const [files = '', said = ''] = output.stdout.split(/^server\n/m);
  const answer = rowsOf({ ...output, stdout: said });
  if ('reading' in answer && answer.reading.is === 'unreadable') {
    return specs.map(() => answer.reading);
  }
  const rows = 'rows' in answer ? answer.rows : [];
  return specs.map(({ name }) => {
    const line = files.split('\n').find((each) => each.startsWith(`F ${name} `));
    const row = rows.find(([found]) => found?.toLowerCase() === name);
    return present({ stored: line?.slice(`F ${name} `.length), live: row?.[1] });
  });
}

function variableDiff(
  spec: MysqlVariableSpec,
  reading: Extract<Reading<ObservedVariable>, { is: 'present' | 'absent' }>,
): readonly FieldDiff[] {
  const { stored, live } =
    reading.is === 'present' ? reading.observed : { stored: undefined, live: undefined };
  const to = textOf(spec.value);
  return [
    ...(stored === to ? [] : [{ field: 'stored', from: stored ?? null, to }]),
    ...(live === undefined || normal(live) === normal(to)
      ? []
      : [{ field: 'live', from: live, to }]),
  ];
}

function textOf(value: MysqlVariableSpec['value']): string {
  return typeof value === 'boolean' ? (value ? 'ON' : 'OFF') : String(value);
}

const sizes: Readonly<Record<string, number>> = { K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

const number = /^\d+(\.\d+)?$/;

/** One form for what is wanted and what the server shows: sizes in bytes, ON and OFF as 1 and 0, 0.500000 as 0.5. */
function normal(text: string): string {
  const [, digits, unit = ''] = /^(\d+)([KMG])$/i.exec(text) ?? [];
  if (digits !== undefined) return String(Number(digits) * (sizes[unit.toUpperCase()] ?? 1));
  if (number.test(text) && text.includes('.')) return String(Number(text));
  const word = text.toUpperCase();
  return word === 'ON' ? '1' : word === 'OFF' ? '0' : word;
}

function applyVariables(
  differences: readonly Difference<MysqlVariableSpec, ObservedVariable>[],
): Sh {
  const files = differences.map(({ spec: { name, value } }) =>
    textWrite(pathOf(name), fileText(name, textOf(value))),
  );
  return lines([
    sh`hw_status=0`,
    keptFunctions,
    ...differences.map(({ spec }) => sh`hw_keep ${spec.name}`),
    writeFiles(files),
    sh`[ "$hw_status" = 0 ] || exit 1`,
    sh`hw_restart=`,
    ...differences.map(setOne),
    sh`[ -z "$hw_restart" ] || hw_start_anew $hw_restart`,
    sh`exit "$hw_status"`,
  ]);
}

/**
 * `hw_keep NAME` keeps the file of a variable as it is, `hw_put_back NAME` undoes its change. `hw_start_anew NAME…`
 * restarts the server, and where it does not come up puts their files back and starts it as it was.
 */
const keptFunctions = sh`
hw_kept=$(mktemp -d) || exit 1
trap 'rm -rf -- "$hw_kept"' EXIT
trap 'exit 1' HUP INT TERM
hw_keep() { [ ! -e ${directory}/90-"$1".cnf ] || cp -p ${directory}/90-"$1".cnf "$hw_kept/$1" || exit 1; }
hw_put_back() {
  if [ -e "$hw_kept/$1" ]; then cp -p "$hw_kept/$1" ${directory}/90-"$1".cnf
  else rm -f ${directory}/90-"$1".cnf; fi
}
hw_start_anew() {
  systemctl reset-failed mariadb.service 2>/dev/null
  ! systemctl restart mariadb.service || return 0
  journalctl -q --no-pager -o cat -n 12 -u mariadb.service >&2
  for hw_name; do hw_put_back "$hw_name"; done
  systemctl reset-failed mariadb.service 2>/dev/null
  if systemctl restart mariadb.service; then hw_now='runs as it did before'; else hw_now='does not run without it either'; fi
  printf 'The server did not come up with the new value of %s, and %s.\\n' "$*" "$hw_now" >&2
  hw_status=1
}`;

/** Error 1238: the variable is read when the server starts. */
function setOne({ spec }: Difference<MysqlVariableSpec, ObservedVariable>): Sh {
  const value = normal(textOf(spec.value));
  const text = number.test(value) ? value : `'${textOf(spec.value)}'`;
  return sh`if hw_said=$(${tellServer([`SET GLOBAL ${spec.name} = ${text}`])} 2>&1); then :
else case $hw_said in
*'ERROR 1238 '*) hw_restart="$hw_restart "${spec.name} ;;
*) printf '%s\\n' "$hw_said" >&2; hw_put_back ${spec.name}; hw_status=1 ;;
esac; fi`;
}
