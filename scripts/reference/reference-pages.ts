import { parseFile, type SourceFile } from '../tree/source-file.ts';
import { treeFiles } from '../tree/tree.ts';
import { errorPage } from './error-page.ts';
import { generatedMark, page, table } from './markdown.ts';
import { loadType, type ResourceFile, resourceFiles } from './resource-file.ts';
import { resourcePage, resourcePagePath } from './resource-page.ts';

/** Path of every generated page, and its text. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  const files = resourceFiles();
  const doors = doorNames();
  const pages = new Map<string, string>();
  for (const file of files) {
    pages.set(resourcePagePath(file), resourcePage(file, await loadType(file), doors));
  }
  pages.set('docs/reference/errors.md', errorPage());
  pages.set('docs/reference/index.md', indexPage(files));
  return pages;
}

function indexPage(files: readonly ResourceFile[]): string {
  return page([
    generatedMark,
    '# Reference',
    'Every resource type of `@hostwright/modules`, and [every error code](errors.md).',
    table(
      ['Resource', 'What it is'],
      files.map((file) => {
        const link = resourcePagePath(file).slice('docs/reference/'.length);
        return [`[${file.name}](${link})`, firstSentence(file.comment?.paragraphs[0] ?? '')];
      }),
    ),
  ]);
}

function firstSentence(text: string): string {
  return /^.*?\.(?=\s|$)/s.exec(text)?.[0] ?? text;
}

/** Every value that a package's door exports, with the name of the package. */
function doorNames(): ReadonlyMap<string, string> {
  const doors = treeFiles(/^packages\/[^/]+\/src\/index\.ts$/).map(parseFile);
  return new Map(
    doors.flatMap((door) => {
      const name = `@hostwright/${door.path.split('/')[1]}`;
      return valueNames(door).map((value) => [value, name] as const);
    }),
  );
}

function valueNames(door: SourceFile): readonly string[] {
  return door.module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ exportName, isType }) => (isType ? [] : (exportName.name ?? []))),
  );
}
