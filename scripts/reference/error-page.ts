import { errorTable } from '@hostwright/core';
import { generatedMark, page } from './markdown.ts';

interface Row {
  readonly stage: string;
  readonly exitCode: number;
  readonly title: string;
  readonly remedy: string;
}

/** The page of all error codes, by the stage that raises them. */
export function errorPage(): string {
  const rows: readonly (readonly [code: string, row: Row])[] = Object.entries(errorTable);
  const byStage = Map.groupBy(rows, ([, { stage }]) => stage);
  return page([
    generatedMark,
    '# Errors',
    'Every error that Hostwright raises on purpose is a `HostwrightError` with one of these codes. Codes are stable: switch on `error.code`, not on text. The number is what the command line returns for it.',
    ...[...byStage].flatMap(([stage, own]) => [
      `## ${stage}`,
      ...own.map(
        ([code, { title, remedy, exitCode }]) =>
          `### ${code}\n\n${title} ${remedy} Exit code ${exitCode}.`,
      ),
    ]),
  ]);
}
