import { errorTable } from './error-table.ts';
import { formatSource, type Source } from './source.ts';

export type ErrorCode = keyof typeof errorTable;

/** The part of a run in which something failed: see ARCHITECTURE.md. */
export type Stage = 'select' | 'facts' | 'compile' | 'probe' | 'plan' | 'apply' | 'verify';

/** What a thrower knows. Only `problem` is required; the table supplies the remedy when none is given. */
export interface ErrorFacts {
  /** What differs from what was expected, as one sentence. Never contains a secret. */
  readonly problem: string;
  /** Inventory name of the host it happened on. */
  readonly host?: string | undefined;
  /** Label of the declaration, such as `Package[postfix]`. */
  readonly resource?: string | undefined;
  /** Where that declaration stands in the playbook. */
  readonly source?: Source | undefined;
  /** Part of the run that it happened in. */
  readonly stage?: Stage | undefined;
  /** What to do next, when the caller knows better than the table. */
  readonly remedy?: string | undefined;
  /** Output of the failing command, last lines only, shown indented. */
  readonly detail?: string | undefined;
  readonly cause?: unknown;
}

/** Limit of `detail`: the last lines say what went wrong, the rest is scrolling. */
const detailLinesMax = 20;

/**
 * Every error that Hostwright throws on purpose. `code` is stable and documented in docs/reference/errors.md;
 * switch on it instead of matching text.
 *
 * @example
 * try { await plan(playbook) } catch (error) {
 *   if (error instanceof HostwrightError && error.code === 'TRANSPORT_HOST_KEY_UNKNOWN') askTheUser(error.remedy);
 * }
 */
export class HostwrightError extends Error {
  readonly code: ErrorCode;
  readonly problem: string;
  readonly host: string | undefined;
  readonly resource: string | undefined;
  readonly source: Source | undefined;
  readonly stage: Stage | undefined;
  readonly remedy: string;
  readonly detail: string | undefined;

  constructor(code: ErrorCode, facts: ErrorFacts) {
    super(sentence(facts), facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'HostwrightError';
    this.code = code;
    this.problem = facts.problem;
    this.host = facts.host;
    this.resource = facts.resource;
    this.source = facts.source;
    this.stage = facts.stage;
    this.remedy = facts.remedy ?? errorTable[code].remedy;
    this.detail = facts.detail === undefined ? undefined : lastLines(facts.detail);
  }

  /** The same error with what an outer stage knows added; facts already set are kept. */
  with(facts: Omit<Partial<ErrorFacts>, 'problem'>): HostwrightError {
    return new HostwrightError(this.code, {
      problem: this.problem,
      host: this.host ?? facts.host,
      resource: this.resource ?? facts.resource,
      source: this.source ?? facts.source,
      stage: this.stage ?? facts.stage,
      remedy: facts.remedy ?? this.remedy,
      detail: this.detail ?? facts.detail,
      cause: this.cause ?? facts.cause,
    });
  }

  toJSON(): ErrorRecord {
    return {
      code: this.code,
      problem: this.problem,
      remedy: this.remedy,
      ...(this.host === undefined ? {} : { host: this.host }),
      ...(this.resource === undefined ? {} : { resource: this.resource }),
      ...(this.source === undefined ? {} : { source: this.source }),
      ...(this.stage === undefined ? {} : { stage: this.stage }),
      ...(this.detail === undefined ? {} : { detail: this.detail }),
    };
  }
}

/** The printable form that events, plans and reports carry. */
export interface ErrorRecord {
  readonly code: ErrorCode;
  readonly problem: string;
  readonly remedy: string;
  readonly host?: string;
  readonly resource?: string;
  readonly source?: Source;
  readonly stage?: Stage;
  readonly detail?: string;
}

/** Does the work of a stage; what it throws says which stage that was. */
export function inStage<T>(stage: Stage, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw inThis(stage, thrown);
  }
}

/** The same for work that takes more than one turn. */
export async function inStageAsync<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw inThis(stage, thrown);
  }
}

function inThis(stage: Stage, thrown: unknown): unknown {
  return thrown instanceof HostwrightError ? thrown.with({ stage }) : thrown;
}

/** What anything thrown says. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Anything thrown, as a HostwrightError: an unforeseen one keeps its stack in `detail`. */
export function asHostwrightError(thrown: unknown): HostwrightError {
  if (thrown instanceof HostwrightError) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return new HostwrightError('INTERNAL', {
    problem: error.message,
    detail: error.stack ?? '',
    cause: error,
  });
}

function sentence({ problem, host, resource, source }: ErrorFacts): string {
  const place = [host, resource].filter((part) => part !== undefined).join(' ');
  const where = source === undefined ? place : `${place} (${formatSource(source)})`.trim();
  return where === '' ? problem : `${where}: ${problem}`;
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-detailLinesMax).join('\n');
}
