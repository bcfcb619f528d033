import {
  apply,
  type Declarations,
  type FieldDiff,
  type Outcome,
  type Playbook,
  plan,
  play,
  playbook,
} from '@hostwright/core';
import type { Lab } from './lab.ts';
import { labInventory } from './lab-inventory.ts';
import { onAllHosts } from './on-all.ts';

interface DeployRuns {
  readonly book: (resources: () => Declarations) => Playbook;
  /** What a plan would change, by step: the fields, or another verdict than a change. */
  readonly planned: (
    resources: () => Declarations,
  ) => Promise<Readonly<Record<string, readonly FieldDiff[] | string>>>;
  readonly applied: (resources: () => Declarations) => Promise<Outcome>;
  /** What a script, run as root and without SSH, prints on each host. */
  readonly onAll: (script: string) => Promise<readonly string[]>;
}

/** Runs of one play for all hosts of a lab, as the user `deploy` behind sudo. */
export function deployRuns(lab: Lab): DeployRuns {
  const book = (resources: () => Declarations) =>
    playbook({
      inventory: labInventory(lab, 'deploy'),
      plays: [play({ hosts: 'all', resources })],
    });
  return {
    book,
    planned: async (resources) => {
      const { plan: found } = await plan(book(resources));
      const steps = found.steps.filter(({ verdict }) => verdict.is !== 'unchanged');
      return Object.fromEntries(
        steps.map(({ id, verdict }) => [id, verdict.is === 'change' ? verdict.fields : verdict.is]),
      );
    },
    applied: async (resources) => (await apply(book(resources))).outcome,
    onAll: (script) => onAllHosts(lab, script),
  };
}
