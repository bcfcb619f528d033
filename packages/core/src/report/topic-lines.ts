import { padToWidth, wrapToWidth } from './display-width.ts';
import { layoutOf, type RenderOptions } from './layout.ts';
import { blank, type Line, line, paint, span } from './styled-line.ts';

interface Topic {
  readonly name: string;
  readonly part: 'guide' | 'reference' | 'error';
  readonly title: string;
}

const titles = { guide: 'Guides', reference: 'Reference', error: 'Error codes' } as const;

/** What `hostwright docs` can show, by part. */
export function renderTopics(topics: readonly Topic[], options: RenderOptions): string {
  const { width } = layoutOf(options);
  const nameWidth = Math.max(0, ...topics.map(({ name }) => name.length));
  const lines = Object.entries(titles).flatMap(([part, title]) => [
    line(span(title, 'strong')),
    ...topics
      .filter((topic) => topic.part === part)
      .flatMap((topic) => row(topic, nameWidth, width)),
    blank,
  ]);
  return paint([...lines, line('hostwright docs TOPIC shows one.')], options.isColor ?? false);
}

function row({ name, title }: Topic, nameWidth: number, width: number): readonly Line[] {
  const left = nameWidth + 4;
  return wrapToWidth(title, Math.max(20, width - left)).map((text, index) =>
    line(span(padToWidth(index === 0 ? `  ${name}` : '', left), 'refresh'), text),
  );
}
