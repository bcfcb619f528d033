import { type TSchema, Type } from 'typebox';

/** Versions of the form of a saved plan count from 1; another form is another version. */
export const planVersion = 1;

const text = (description: string) => Type.String({ maxLength: 1_048_576, description });

const texts = (description: string) =>
  Type.Array(text('One of them.'), { maxItems: 100_000, description });

function closed(properties: Record<string, TSchema>) {
  return Type.Object(properties, { additionalProperties: false });
}

const source = closed({
  file: text('Path of the playbook file.'),
  line: Type.Integer({ minimum: 1, description: 'Line, from 1.' }),
});

const error = closed({
  code: text('Code of the error table.'),
  problem: text('What differs from what was expected.'),
  remedy: text('What to do.'),
  host: Type.Optional(text('Name of the host.')),
  resource: Type.Optional(text('Label of the declaration.')),
  source: Type.Optional(source),
  stage: Type.Optional(text('Part of the run that it happened in.')),
  detail: Type.Optional(text('What the command said.')),
});

const field = closed({
  field: text('Name of the field.'),
  from: Type.Unknown({ description: 'What was found.' }),
  to: Type.Unknown({ description: 'What is declared.' }),
  form: Type.Optional(Type.Enum(['text', 'secret'], { description: 'How it is shown.' })),
});

const verdict = Type.Union([
  closed({ is: Type.Literal('unchanged') }),
  closed({
    is: Type.Literal('change'),
    action: Type.Enum(['create', 'update', 'remove'], { description: 'What is done.' }),
    fields: Type.Array(field, { maxItems: 100_000, description: 'What differs.' }),
    notifiedBy: Type.Optional(texts('Labels of what refreshes it as well.')),
  }),
  closed({
    is: Type.Literal('refresh'),
    notifiedBy: texts('Labels of what refreshes it.'),
    isCertain: Type.Boolean({ description: 'False: one of them is not known yet.' }),
  }),
  closed({
    is: Type.Literal('unknown'),
    reason: text('Why it is not known.'),
    after: texts('Ids of what it waits for.'),
  }),
  closed({ is: Type.Literal('error'), error }),
]);

const step = closed({
  id: text('HOST/KIND[IDENTITY].'),
  host: text('Name of the host.'),
  kind: text('Name of the resource type.'),
  label: text('KIND[IDENTITY].'),
  source: Type.Optional(source),
  digest: text('Mark of what the declaration says.'),
  needs: texts('Ids of the steps it comes after.'),
  verdict,
});

const way = closed({
  host: text('Name of the host.'),
  connection: Type.Enum(['ssh', 'local', 'controller'], { description: 'How it is reached.' }),
  address: text('Host name or IP address.'),
  port: Type.Integer({ minimum: 1, maximum: 65_535, description: 'TCP port of sshd.' }),
  user: text('User that logs in.'),
  becomeUser: Type.Optional(text('User that it becomes.')),
  jumps: Type.Optional(texts('Hosts that are gone through.')),
});

/** The form of a saved plan. */
export const planSchema: TSchema = closed({
  version: Type.Literal(planVersion),
  playbook: Type.Optional(text('Path of the playbook, from the folder of the file.')),
  steps: Type.Array(step, { maxItems: 1_000_000, description: 'What would happen.' }),
  unreachable: Type.Array(closed({ host: text('Name of the host.'), error }), {
    maxItems: 100_000,
    description: 'Hosts that could not be read.',
  }),
  ways: Type.Array(way, { maxItems: 100_000, description: 'How each host is reached.' }),
  refusals: Type.Array(error, { maxItems: 100_000, description: 'Why it must not be applied.' }),
  readOnly: Type.Optional(texts('Hosts outside the limit that were read.')),
  selection: Type.Optional(
    closed({
      limit: Type.Optional(texts('Names of the hosts that it is for.')),
      tags: Type.Optional(texts('Only declarations with one of these tags.')),
      skipTags: Type.Optional(texts('Not those with one of these tags.')),
    }),
  ),
});
