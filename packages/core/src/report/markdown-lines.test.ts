import { expect, test } from '@jest/globals';
import { renderMarkdown } from './markdown-lines.ts';

test('headings, text, lists and code of a page', () => {
  expect(
    renderMarkdown(
      `<!-- made -->

# Title

Some *text* with [a link](x.md) and \`a < b\` that is
longer than a line.

- one
- two
  - three

\`\`\`sh
plan  site.ts
\`\`\`
`,
      { width: 40 },
    ),
  ).toBe(`Title

Some text with a link and a < b that is
longer than a line.

- one
- two
  - three

  plan  site.ts
`);
});

test('a table is read row by row', () => {
  expect(
    renderMarkdown(
      '| Property | Form | Meaning |\n| --- | --- | --- |\n| `a` (key) | string | Its name. |\n',
    ),
  ).toBe(`a (key)
    Form: string
    Meaning: Its name.
`);
});

test('a page cannot command the terminal', () => {
  expect(renderMarkdown('a \x1b]0;evil\x07 b')).toBe('a \\x1b]0;evil\\x07 b\n');
});
