import { factLabels } from '../../scripts/reference/doc-comment.ts';
import { kebab } from '../../scripts/reference/markdown.ts';
import type { ResourceFile } from '../../scripts/reference/resource-file.ts';
import { resourcePagePath } from '../../scripts/reference/resource-page.ts';
import { lineAt } from '../../scripts/tree/source-file.ts';
import { type Finding, findingOn } from './finding.ts';

/** What stands around a resource type. */
export interface Surroundings {
  /** Every path of the tree. */
  readonly paths: ReadonlySet<string>;
  /** The package's door. */
  readonly door: string;
  /** Texts of tests, by path. */
  readonly tests: ReadonlyMap<string, string>;
  /** True for a type that is read through a shell, so that there is output to capture. */
  readonly isShell: boolean;
}

/** One noun, one file, one test, one page, and what a real host printed. */
export function resourceFindings(file: ResourceFile, around: Surroundings): readonly Finding[] {
  const { area, name, source } = file;
  const noun = kebab(name);
  const folder = `packages/modules/src/${area}`;
  const at = (rule: string, remedy: string) =>
    findingOn(source.path, lineAt(source, file.offset), `${name} ${rule}`, remedy);
  const test = `${folder}/${noun}.test.ts`;
  const testText = around.tests.get(test) ?? '';
  return [
    ...(source.path === `${folder}/${noun}.ts`
      ? []
      : [at('is in another file than its name says', `move it to ${folder}/${noun}.ts`)]),
    ...(new RegExp(`\\b${name}\\b`).test(around.door)
      ? []
      : [at('is not exported', 'add it to packages/modules/src/index.ts')]),
    ...(testText.includes(`describeResource(${name},`)
      ? []
      : [
          at(
            'does not run the laws of resource types',
            `call describeResource(${name}, …) in ${test}`,
          ),
        ]),
    ...(around.isShell && !testText.includes('captured')
      ? [
          at(
            'is tried on no capture',
            `record its probe in ${folder}/captured and parse it in ${test}`,
          ),
        ]
      : []),
    ...(around.paths.has(resourcePagePath(file))
      ? []
      : [at('has no reference page', 'run node scripts/docs.ts')]),
    ...commentFindings(file, at),
  ];
}

function commentFindings(
  { comment, outputs }: ResourceFile,
  at: (rule: string, remedy: string) => Finding,
): readonly Finding[] {
  if (comment === undefined) return [at('has no doc comment', 'say what it is')];
  const missing = factLabels.filter((label) => (comment.facts.get(label) ?? '') === '');
  return [
    ...(comment.paragraphs.length === 0 ? [at('does not say what it is', 'begin with that')] : []),
    ...missing.map((label) => at(`has no \`${label}:\` line`, 'add it to the doc comment')),
    ...(comment.examples.length === 0 ? [at('has no @example', 'add one that can be copied')] : []),
    ...outputs
      .filter(({ text }) => text === '')
      .map((output) => at(`does not describe out.${output.name}`, 'put a comment before it')),
  ];
}

/** Captures that no test of their folder reads. */
export function idleCaptures(
  paths: Iterable<string>,
  tests: ReadonlyMap<string, string>,
): readonly Finding[] {
  return [...paths].flatMap((path) => {
    const [, folder, name] = /^(.*)\/captured\/(.*)\.debian-\d+\.stdout$/.exec(path) ?? [];
    if (folder === undefined || name === undefined) return [];
    const own = [...tests].filter(([test]) => test.startsWith(`${folder}/`));
    if (own.some(([, text]) => text.includes(`${name}.debian`) || text.includes(`${name}.\${`))) {
      return [];
    }
    return [findingOn(path, 1, 'is read by no test', 'parse it in one, or delete it')];
  });
}
