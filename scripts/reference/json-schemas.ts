import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';
import { root } from '../tree/tree.ts';

/** Where the schemas are, one file for each kind of output. */
export const schemaFolder = 'packages/core/schemas';

/** Verbs of `JsonOutputs`, by the file of their schema: those that run a playbook print the same. */
const fileOf: Readonly<Record<string, string>> = {
  ...{ plan: 'event', apply: 'event', verify: 'event', facts: 'event', graph: 'event' },
  ...{ why: 'event' },
};

type Schema = Readonly<Record<string, unknown>>;

/** JSON Schema files of everything that `--json` prints, made of the types that are published, by path. */
export function jsonSchemas(): ReadonlyMap<string, string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'hostwright-schemas-')));
  try {
    emitDeclarations(folder);
    const whole = generate(folder);
    const outputs = (whole.properties ?? {}) as Readonly<Record<string, Schema>>;
    const definitions = { ...(whole.definitions as Readonly<Record<string, Schema>>), Secret };
    const failure = eventOf(definitions, 'run.failed');
    return new Map(
      Object.entries(outputs).map(([verb, output]) => {
        const name = fileOf[verb] ?? verb;
        const printed = name === 'event' ? output : { anyOf: [output, failure] };
        return [`${schemaFolder}/${name}.json`, fileText(name, printed, definitions)];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The generator reads types, and no expressions: declarations have types only. */
function emitDeclarations(folder: string): void {
  const options = [
    ...['--ignoreConfig', '--declaration', '--emitDeclarationOnly', '--skipLibCheck', '--strict'],
    ...['--module', 'nodenext', '--target', 'esnext', '--types', 'node'],
    ...['--rewriteRelativeImportExtensions', '--exactOptionalPropertyTypes'],
    ...['--rootDir', 'packages/core/src', '--outDir', folder],
  ];
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const words = [compiler, ...options, 'packages/core/src/run/json-outputs.ts'];
  const { status, stdout } = spawnSync(process.execPath, words, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The declarations of core are not to be had:\n${stdout}`);
}

function generate(folder: string): Schema {
  const path = join(folder, 'run/json-outputs.d.ts');
  const tsconfig = join(folder, 'tsconfig.json');
  const compilerOptions = { module: 'nodenext', strict: true, types: [], noEmit: true };
  writeFileSync(tsconfig, JSON.stringify({ compilerOptions, files: [path] }));
  return createGenerator({
    ...{ path, tsconfig, type: 'JsonOutputs' },
    ...{ expose: 'all', topRef: false, skipTypeCheck: true },
    // Fields are added within a version.
    additionalProperties: true,
  }).createSchema('JsonOutputs') as Schema;
}

/** The schema of one type of events. What a verb prints that cannot do its work is one. */
function eventOf(definitions: Readonly<Record<string, Schema>>, type: string): Schema {
  const events = (definitions.RunEvent?.anyOf ?? []) as readonly Schema[];
  const found = events.find((event) => JSON.stringify(event).includes(`"const":"${type}"`));
  if (found === undefined) throw new Error(`There is no event ${type}.`);
  return found;
}

/** A class in the types, and a text when it is printed. */
const Secret: Schema = {
  type: 'string',
  const: '<secret>',
  description: 'A value that never prints.',
};

/** Of the generator's names for generic types, what is a name for people: positions in files are none. */
function plainName(name: string): string {
  return name
    .replace(/<(structure-.*|number)>$/, '')
    .replace(/\W+/g, '-')
    .replace(/-$/, '');
}

function renamed(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string'
      ? `#/definitions/${plainName(nameOf(value))}`
      : value,
  );
}

function nameOf(reference: string): string {
  return decodeURIComponent(reference.slice('#/definitions/'.length));
}

function fileText(
  name: string,
  output: Schema,
  definitions: Readonly<Record<string, Schema>>,
): string {
  const used: Record<string, Schema> = {};
  collect(output, definitions, used);
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `hostwright ${name === 'event' ? Object.keys(fileOf).join(', ') : name} --json`,
    ...renamed(output),
    definitions: Object.fromEntries(
      Object.entries(used)
        .map(([raw, definition]) => [plainName(raw), renamed(definition)] as const)
        .toSorted(([one], [other]) => one.localeCompare(other)),
    ),
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

/** The definitions that a schema names, and those that these name. */
function collect(
  schema: Schema,
  definitions: Readonly<Record<string, Schema>>,
  used: Record<string, Schema>,
): void {
  for (const { 1: reference = '' } of JSON.stringify(schema).matchAll(/"\$ref":"([^"]+)"/g)) {
    const name = nameOf(reference);
    const definition = definitions[name];
    if (definition === undefined || used[name] !== undefined) continue;
    used[name] = definition;
    collect(definition, definitions, used);
  }
}
