import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';

// The pages are those of the repository, as they are. Only the order of the guides is said here.

const root = fileURLToPath(new URL('../', import.meta.url));

const guides = {
  Begin: [
    'start',
    'five-minutes',
    'playbooks',
    'inventory',
    'existing-inventories',
    'vagrant',
    'examples',
  ],
  Run: ['cli', 'plans', 'rolling-changes', 'reports', 'when-things-break', 'exit-codes'],
  Reach: ['connections', 'secrets'],
  Grow: ['mail-server', 'testing-playbooks', 'writing-a-resource'],
  Compare: ['coming-from-ansible', 'how-it-compares', 'glossary'],
};

const titleOf = (path) => /^# (.+)$/m.exec(readFileSync(`${root}${path}`, 'utf8'))?.[1] ?? path;

function guideItems() {
  const placed = Object.values(guides).flat();
  const found = pagesIn('guide').map((path) => path.slice('guide/'.length, -'.md'.length));
  const rest = found.filter((name) => !placed.includes(name));
  const groups = rest.length === 0 ? guides : { ...guides, More: rest };
  return Object.entries(groups).map(([text, names]) => ({
    text,
    items: names
      .filter((name) => found.includes(name))
      .map((name) => ({ text: titleOf(`guide/${name}.md`), link: `/guide/${name}` })),
  }));
}

function referenceItems() {
  const areas = readdirSync(`${root}reference`, { withFileTypes: true });
  return areas
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({
      text: name,
      items: pagesIn(`reference/${name}`).map((path) => ({
        text: titleOf(path),
        link: `/${path.slice(0, -'.md'.length)}`,
      })),
    }));
}

function pagesIn(folder) {
  return readdirSync(`${root}${folder}`)
    .filter((name) => name.endsWith('.md'))
    .toSorted()
    .map((name) => `${folder}/${name}`);
}

/** Pages say `{{name}}` and mean it: nothing in them is a template of the site. */
function withoutTemplates(md) {
  const { code_inline: inline } = md.renderer.rules;
  md.renderer.rules.code_inline = (tokens, index, ...rest) => {
    tokens[index].attrSet('v-pre', '');
    return inline(tokens, index, ...rest);
  };
  md.renderer.rules.text = (tokens, index) =>
    md.utils.escapeHtml(tokens[index].content).replaceAll('{{', '&#123;&#123;');
}

export default defineConfig({
  title: 'Hostwright',
  description: 'Typed TypeScript playbooks for Linux hosts, over SSH.',
  cleanUrls: true,
  markdown: { config: withoutTemplates },
  outDir: './.vitepress/dist',
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Start', link: '/guide/start' },
      { text: 'Reference', link: '/reference/' },
      { text: 'Errors', link: '/reference/errors' },
      { text: 'Decisions', link: '/decisions/0001-values-between-stages' },
    ],
    sidebar: {
      '/guide/': guideItems(),
      '/reference/': [
        {
          text: 'Reference',
          items: [
            { text: 'All types', link: '/reference/' },
            { text: 'Errors', link: '/reference/errors' },
          ],
        },
        ...referenceItems(),
      ],
      '/decisions/': [
        {
          text: 'Decisions',
          items: pagesIn('decisions').map((path) => ({
            text: titleOf(path),
            link: `/${path.slice(0, -'.md'.length)}`,
          })),
        },
      ],
    },
  },
});
