import type { CompletionReport } from '../model/completion-report.ts';
import type { DoctorReport } from '../model/diagnosis.ts';
import type { DocsReport } from '../model/docs-report.ts';
import type { RunEvent } from '../model/event.ts';
import type { InitReport } from '../model/init-report.ts';
import type { ErrandsReport } from './errands.ts';
import type { HealthReport } from './health.ts';
import type { InventoryReport } from './inventory-report.ts';
import type { PingReport } from './ping.ts';
import type { CommandReport } from './run-command.ts';
import type { ErrandReport } from './run-errand.ts';

/**
 * What each verb prints with `--json`. Those that run a playbook print one event a line, from `run.started` to
 * `run.finished` or `run.failed`; the others print one object. Each says its version: `v` of an event, `version` of an object.
 * @example const report: JsonOutputs['ping'] = JSON.parse(stdout);
 */
export interface JsonOutputs {
  readonly plan: RunEvent;
  readonly apply: RunEvent;
  readonly verify: RunEvent;
  readonly facts: RunEvent;
  readonly graph: RunEvent;
  readonly why: RunEvent;
  readonly inventory: InventoryReport;
  readonly ping: PingReport;
  readonly run: CommandReport;
  readonly health: HealthReport;
  readonly do: ErrandReport | ErrandsReport;
  readonly init: InitReport;
  readonly doctor: DoctorReport;
  readonly docs: DocsReport;
  readonly completion: CompletionReport;
}
