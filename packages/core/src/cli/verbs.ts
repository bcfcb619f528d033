import { applyVerb } from './apply-verb.ts';
import { completionVerb } from './completion-verb.ts';
import { doVerb } from './do-verb.ts';
import { docsVerb } from './docs-verb.ts';
import { doctorVerb } from './doctor-verb.ts';
import { factsVerb } from './facts-verb.ts';
import { graphVerb } from './graph-verb.ts';
import { healthVerb } from './health-verb.ts';
import { initVerb } from './init-verb.ts';
import { inventoryVerb } from './inventory-verb.ts';
import { pingVerb } from './ping-verb.ts';
import { planVerb } from './plan-verb.ts';
import { runVerb } from './run-verb.ts';
import type { VerbEntry } from './verb.ts';
import { verifyVerb } from './verify-verb.ts';
import { whyVerb } from './why-verb.ts';

/** Every verb, in the order of the help. */
export const verbs: readonly VerbEntry[] = [
  planVerb,
  applyVerb,
  verifyVerb,
  factsVerb,
  graphVerb,
  whyVerb,
  inventoryVerb,
  pingVerb,
  runVerb,
  healthVerb,
  doVerb,
  initVerb,
  doctorVerb,
  docsVerb,
  completionVerb,
];
