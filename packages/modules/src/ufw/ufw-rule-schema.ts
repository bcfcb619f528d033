import { Type } from 'typebox';

const portText = '^(any|[0-9]{1,5}(:[0-9]{1,5})?(,[0-9]{1,5}(:[0-9]{1,5})?){0,14})$';
const addressText =
  '^(any|[0-9]{1,3}(\\.[0-9]{1,3}){3}(/[0-9]{1,2})?|[0-9a-f:]{2,39}(/[0-9]{1,3})?)$';

/** As far as a type can say it; the pattern says the rest. */
type PortText =
  | 'any'
  | `${number}`
  | `${number}:${number}`
  | `${number},${string}`
  | `${number}:${number},${string}`;

function ports(verb: string) {
  return Type.Optional(
    Type.Union(
      [
        Type.Integer({ minimum: 1, maximum: 65535 }),
        Type.Unsafe<PortText>(Type.String({ pattern: portText, maxLength: 128 })),
      ],
      {
        description: `${verb}: a port from 1 to 65535, a range \`8000:8010\`, a list \`80,443\`, or \`any\`. Exactly one of allow, deny, reject and limit is given.`,
      },
    ),
  );
}

function address(description: string) {
  return Type.Optional(Type.String({ pattern: addressText, maxLength: 43, description }));
}

export const ufwRuleSchema = Type.Object(
  {
    allow: ports('Lets through'),
    deny: ports('Drops silently'),
    reject: ports('Refuses with an answer'),
    limit: ports('Lets through, but not more than six connections in 30 seconds from one address'),
    proto: Type.Optional(
      Type.Union([Type.Literal('tcp'), Type.Literal('udp'), Type.Literal('any')], {
        description: 'Protocol. Default: `any`; ranges and lists of ports need one.',
      }),
    ),
    from: address(
      'Source address or network, IPv4 or IPv6 in lower case. Default: `any`, which makes a rule for both families.',
    ),
    to: address('Destination address or network. Default: `any`.'),
    interface: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z][A-Za-z0-9._-]{0,14}$',
        maxLength: 15,
        description: 'Network interface. Default: all.',
      }),
    ),
    direction: Type.Optional(
      Type.Union([Type.Literal('in'), Type.Literal('out')], {
        description: 'Direction. Default: `in`.',
      }),
    ),
    comment: Type.Optional(
      Type.String({
        pattern: "^[^'\\r\\n\\u0000]*$",
        maxLength: 256,
        description: 'Kept with the rule, without apostrophes. Default: not managed.',
      }),
    ),
    ensure: Type.Optional(
      Type.Union([Type.Literal('present'), Type.Literal('absent')], {
        description: '`absent` deletes the rule, whatever its action. Default: `present`.',
      }),
    ),
  },
  { additionalProperties: false },
);
