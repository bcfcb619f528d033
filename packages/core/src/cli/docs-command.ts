import type { DocsReport } from '../model/docs-report.ts';
import { renderMarkdown } from '../report/markdown-lines.ts';
import { renderTopics } from '../report/topic-lines.ts';
import type { Console } from './console.ts';
import { allTopics, docsTopics, findTopic } from './docs-pages.ts';
import { exitTable } from './exit-codes.ts';
import { printReport } from './one-report.ts';
import type { DocsRequest } from './verb.ts';

/** `docs`, as far as the exit code. Errors: USAGE for a topic that is none. */
export function runDocs({ topic: word, options }: DocsRequest, console: Console): number {
  if (word === undefined) {
    const report: DocsReport = { version: 1, topics: docsTopics() };
    printReport(console, options, report, (render) => renderTopics(allTopics(), render));
    return exitTable.ok.code;
  }
  const topic = findTopic(word);
  const markdown = topic.markdown();
  const page = { topic: topic.name, title: topic.title, markdown };
  const report: DocsReport = { version: 1, topics: docsTopics(), page };
  printReport(console, options, report, (render) => renderMarkdown(markdown, render));
  return exitTable.ok.code;
}
