import { asHostwrightError, HostwrightError } from '../model/errors.ts';
import type { HealthCheck } from '../model/health.ts';
import type { Playbook } from '../model/playbook.ts';
import type { ProgramNode } from '../model/program.ts';
import { knownPart } from '../model/spec.ts';
import type { Transport } from '../model/transport.ts';
import { answerText } from '../shell/answer-text.ts';
import { runBatch } from '../shell/batch.ts';
import type { HostAnswer } from './on-hosts.ts';
import { onNodes } from './on-nodes.ts';
import type { AskSettings } from './options.ts';

/** What `hostwright health --json` prints. Fields may be added within a version. */
export interface HealthReport {
  readonly version: 1;
  /** Hosts that have something with indicators, and those that could not be reached. */
  readonly hosts: readonly HostAnswer<{ readonly checks: readonly HealthCheck[] }>[];
}

const timeoutMsDefault = 30_000;

/**
 * The indicators of all declarations that have some, such as MailHealth. Writes nothing to any host.
 *
 * Cost: one connection and two exec round trips per host.
 * Errors: everything that is wrong with the playbook, and HEALTH_UNDECLARED, as HostwrightError. Hosts that cannot be
 * reached have an error in `hosts`, indicators that cannot be read one in `checks`.
 * @example const { hosts } = await health(playbook, { limit: 'mx*' });
 */
export function health(playbook: Playbook, settings: AskSettings = {}): Promise<HealthReport> {
  const wanted = {
    has: ({ declaration }: ProgramNode) => declaration.type.health !== undefined,
    whenNone: () =>
      new HostwrightError('HEALTH_UNDECLARED', {
        problem: 'No declaration of the selected hosts has indicators.',
      }),
  };
  return onNodes(playbook, settings, wanted, async (ask) =>
    Object.freeze({ version: 1, hosts: await ask(checkAll) }),
  );
}

async function checkAll(
  transport: Transport,
  nodes: readonly ProgramNode[],
  signal: AbortSignal,
): Promise<{ readonly checks: readonly HealthCheck[] }> {
  const asked = nodes.flatMap((node) => {
    const { health: own } = node.declaration.type;
    return own === undefined ? [] : [{ node, own, spec: knownPart(node.declaration.spec) }];
  });
  const fragments = asked.map(({ own, spec }) => {
    const { commands, timeoutMs = timeoutMsDefault } = own;
    return { text: own.script(spec), commands, timeoutMs };
  });
  const answers = await runBatch(transport, fragments, { signal, isReadOnly: true });
  const checks = asked.map(({ node, own, spec }, index): HealthCheck => {
    const { host, label: resource, declaration } = node;
    try {
      return { resource, indicators: own.read(answerText(answers[index], 'HEALTH_FAILED'), spec) };
    } catch (thrown) {
      const { source } = declaration;
      return {
        resource,
        error: asHostwrightError(thrown).with({ host, resource, source }).toJSON(),
      };
    }
  });
  return { checks };
}
