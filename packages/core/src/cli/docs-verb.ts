import type { VerbEntry } from './verb.ts';

export const docsVerb: VerbEntry = {
  name: 'docs',
  add(program, take) {
    program
      .command('docs')
      .summary('show a page of the documentation, or what an error code means')
      .description(
        'Shows a guide, the reference of a resource type, or an error code with its remedy. Without a topic it lists all of them.',
      )
      .argument('[topic]', 'guide, resource type or error code')
      .option('--json', 'print one JSON object')
      .option('--no-color', 'never use colours')
      .addHelpText(
        'after',
        `
Examples:
  hostwright docs                           every topic
  hostwright docs start                     a first playbook
  hostwright docs UfwRule                   a resource type and its properties
  hostwright docs TRANSPORT_AUTH_FAILED     what it means and what to do
  hostwright docs Package --json | jq -r .page.markdown
`,
      )
      .action(
        (
          topic: string | undefined,
          { json = false, color = true }: { readonly json?: boolean; readonly color?: boolean },
        ) => take({ is: 'docs', topic, options: { json, color } }),
      );
  },
};
