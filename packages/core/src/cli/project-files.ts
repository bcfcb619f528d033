/** What a new project is made of: paths and texts. `version` is that of Hostwright's packages. */
export function projectFiles(version: string): ReadonlyMap<string, string> {
  return new Map([
    ['package.json', packageFile(version)],
    ['tsconfig.json', compilerFile],
    ['inventory.ts', inventoryFile],
    ['site.ts', siteFile],
    ['.gitignore', 'node_modules/\nreport.html\n'],
    ['.github/workflows/drift.yml', workflowFile],
  ]);
}

function packageFile(version: string): string {
  const content = {
    private: true,
    // Node takes the types away and runs the rest, for modules only.
    type: 'module',
    scripts: {
      check: 'tsc',
      plan: 'hostwright plan site.ts',
      apply: 'hostwright apply site.ts',
      verify: 'hostwright verify site.ts',
    },
    dependencies: { '@hostwright/core': version, '@hostwright/modules': version },
    devDependencies: { '@types/node': '^24.0.0', typescript: '^7.0.2' },
    engines: { node: '>=22.18' },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

const compilerFile = `${JSON.stringify(
  {
    compilerOptions: {
      target: 'es2024',
      module: 'nodenext',
      types: ['node'],
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      erasableSyntaxOnly: true,
      verbatimModuleSyntax: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      noEmit: true,
    },
    include: ['*.ts'],
  },
  null,
  2,
)}\n`;

const inventoryFile = `import { inventory } from '@hostwright/core';

/** The hosts. This machine stands in for the first one, so that a plan works at once. */
export const hosts = inventory({
  vars: { motd: 'Managed by Hostwright.' },
  hosts: {
    here: { connection: 'local', groups: ['web'] },
    // web1: { address: 'web1.example.com', user: 'deploy', become: true, groups: ['web'] },
  },
});
`;

const siteFile = `import { playbook } from '@hostwright/core';
import { File } from '@hostwright/modules';
import { hosts } from './inventory.ts';

export default playbook({
  inventory: hosts,
  plays: [
    hosts.play({
      name: 'greeting',
      hosts: 'web',
      resources: ({ host, vars }) => [
        File({ path: '/etc/motd', mode: '0644', content: \`\${host.name}: \${vars.motd}\\n\` }),
      ],
    }),
  ],
});
`;

const workflowFile = `# Finds drift every night. It needs a key that may log in, and the hosts' keys in known_hosts.
name: drift
on:
  schedule: [{ cron: '17 3 * * *' }]
  workflow_dispatch: {}
permissions:
  contents: read
jobs:
  verify:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 24 }
      - run: npm install
      - run: npx tsc
      - run: npx hostwright verify site.ts --html report.html
      - uses: actions/upload-artifact@v4
        if: always()
        with: { name: report, path: report.html }
`;
