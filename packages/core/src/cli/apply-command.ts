import { HostwrightError } from '../model/errors.ts';
import type { RunEvent } from '../model/event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import { countOf } from '../report/labels.ts';
import { hasChanges, planCounts } from '../report/plan-counts.ts';
import { renderPlan } from '../report/plan-lines.ts';
import { renderSummary } from '../report/summary-lines.ts';
import { stripControlSequences } from '../report/visible-text.ts';
import type { ApplySettings } from '../run/apply.ts';
import { type CommandInput, print } from './command-input.ts';
import { canAsk, confirm } from './confirm.ts';
import { isHostwrightError } from './error-record.ts';
import { exitCodeOfOutcome, exitCodeOfPlan, exitTable } from './exit-codes.ts';
import { writeOutcome } from './outcome-file.ts';
import { type Watch, watched } from './watched.ts';

/**
 * Applies a saved plan, or at once where that was said, or shows the plan and asks. The hosts are read again for the
 * apply: a plan that is no longer true is not applied, so that nothing is done that nobody saw.
 */
export async function runApply(input: CommandInput): Promise<number> {
  if (input.saved !== undefined) return applySaved(input, input.saved);
  if (input.options.yes) {
    return showOutcome(input, await watchedApply(input, (plan) => showDue(input, plan)));
  }
  return askAndApply(input);
}

/** Who saved a plan and names it has agreed to it. */
async function applySaved(input: CommandInput, plan: Plan): Promise<number> {
  showDue(input, plan);
  return showOutcome(input, await watchedApply(input, () => {}, { plan }));
}

async function askAndApply(input: CommandInput): Promise<number> {
  const { library, playbook, console, options } = input;
  requireAnswer(input);
  let { plan } = await watched(console, options, (settings) => library.plan(playbook, settings));
  for (;;) {
    const shown = plan;
    print(input, (render) => renderPlan(shown, render));
    if (shown.refusals.length > 0 || !hasChanges(planCounts(shown))) return exitCodeOfPlan(shown);
    if (!(await confirm(questionOf(shown), console))) {
      console.stderr.write('Nothing was changed.\n');
      return exitTable.changes.code;
    }
    const applied = await applyAsShown(input, shown);
    if ('outcome' in applied) return showOutcome(input, applied);
    console.stderr.write(
      `! The hosts have changed since, and nothing was done:\n${applied.moves}\nThe plan now:\n\n`,
    );
    plan = applied.now;
  }
}

interface Applied {
  readonly outcome: Outcome;
  readonly hostMs: ReadonlyMap<string, number>;
}

/** The plan as it is now, where it is another one than was shown and nothing was done for that reason. */
interface Moved {
  readonly now: Plan;
  readonly moves: string;
}

/** Errors: USAGE, before any host is connected to. */
function requireAnswer({ console, options }: CommandInput): void {
  if (canAsk(console) && !options.json) return;
  throw new HostwrightError('USAGE', {
    problem: options.json
      ? '`apply --json` does not ask before it changes anything.'
      : '`apply` asks before it changes anything, and there is no terminal to ask on.',
    remedy:
      'Add --yes to apply without being asked. A plan that was saved with --out is not asked about.',
  });
}

function questionOf({ steps }: Plan): string {
  const due = steps.filter(({ verdict }) => verdict.is !== 'unchanged' && verdict.is !== 'error');
  const hosts = new Set(due.map(({ host }) => host));
  return `\nApply this to ${countOf(hosts.size, 'host')}? Only "yes" or "y" is a yes:`;
}

async function applyAsShown(input: CommandInput, plan: Plan): Promise<Applied | Moved> {
  let now = plan;
  const note = (found: Plan) => {
    now = found;
  };
  try {
    return await watchedApply(input, note, { plan });
  } catch (thrown) {
    if (!isHostwrightError(thrown) || thrown.code !== 'PLAN_OUTDATED') throw thrown;
    return { now, moves: stripControlSequences(thrown.detail ?? '').replaceAll(/^/gm, '  ') };
  }
}

function watchedApply(
  { library, playbook, console, options }: CommandInput,
  onPlan: (plan: Plan) => void,
  more: ApplySettings = {},
): Promise<Applied> {
  return watched(console, options, async (settings, { reporter, hostMs }: Watch) => {
    const onEvent = (event: RunEvent) => {
      settings.onEvent?.(event);
      if (event.type === 'plan.ready') reporter.aside(() => onPlan(event.plan));
    };
    const { outcome } = await library.apply(playbook, { ...settings, ...more, onEvent });
    return { outcome, hostMs: hostMs() };
  });
}

/**
 * The plan, on its way to being applied; one without changes would only say what the summary says. Why it is refused
 * is said by the error that ends the run.
 */
function showDue(input: CommandInput, plan: Plan): void {
  const counts = planCounts(plan);
  if (!hasChanges(counts) && counts.errors === 0) return;
  print(input, (render) => `${renderPlan({ ...plan, refusals: [] }, render)}\n`);
}

function showOutcome(input: CommandInput, { outcome, hostMs }: Applied): number {
  const { report } = input.options;
  print(input, (render) => renderSummary(outcome, { ...render, hostMs }));
  if (report !== undefined) writeOutcome(report, outcome);
  return exitCodeOfOutcome(outcome);
}
