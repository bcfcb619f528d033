import type { Playbook } from '../model/playbook.ts';
import type { ProgramNode } from '../model/program.ts';
import { compileFor, scopeOf } from './observe.ts';
import type { AskSettings } from './options.ts';
import { requireAskSettings } from './require-settings.ts';
import { openSession } from './session.ts';

/** Something that can be done by name to what a playbook declares. */
export interface NamedErrand {
  /** `KIND.errand` */
  readonly name: string;
  readonly summary: string;
  readonly isFinal: boolean;
  /** What it takes, with what each is. */
  readonly takes: Readonly<Record<string, string>>;
  /** Hosts that declare such a resource. */
  readonly hosts: readonly string[];
}

/** What `hostwright do PLAYBOOK --json` prints. Fields may be added within a version. */
export interface ErrandsReport {
  readonly version: 1;
  readonly errands: readonly NamedErrand[];
}

/**
 * Everything that can be done by name to what a playbook declares. Plays need the facts of their hosts, so these are
 * connected to.
 *
 * Cost: one connection and one exec round trip per host.
 * Errors: everything that is wrong with the playbook.
 */
export async function errands(
  playbook: Playbook,
  settings: AskSettings = {},
): Promise<ErrandsReport> {
  requireAskSettings(settings);
  const session = openSession(settings);
  try {
    const { program } = await compileFor(scopeOf(playbook, settings), session);
    return Object.freeze({ version: 1, errands: errandsOf(program.nodes) });
  } catch (thrown) {
    throw session.redactedError(thrown);
  } finally {
    await session.close();
  }
}

/** The errands of these nodes, by kind and as their types list them. */
export function errandsOf(nodes: readonly ProgramNode[]): readonly NamedErrand[] {
  const byType = Map.groupBy(nodes, ({ declaration }) => declaration.type);
  return [...byType].flatMap(([type, own]) =>
    Object.entries(type.errands).map(([name, { summary, isFinal, schema }]) => ({
      name: `${type.kind}.${name}`,
      summary,
      isFinal,
      takes: descriptionsOf(schema),
      hosts: [...new Set(own.map(({ host }) => host))],
    })),
  );
}

function descriptionsOf(schema: object): Readonly<Record<string, string>> {
  const { properties = {} } = schema as { properties?: Record<string, { description?: string }> };
  return Object.fromEntries(
    Object.entries(properties).map(([name, { description = '' }]) => [name, description]),
  );
}
