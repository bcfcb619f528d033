import { Type } from 'typebox';

const oneLine = '^[^\\r\\n]*$';
const duration = '^(-1|[0-9]{1,9}[smhdwy]?)$';

function line(description: string) {
  return Type.Optional(Type.String({ pattern: oneLine, maxLength: 1024, description }));
}

function time(description: string) {
  return Type.Optional(Type.String({ pattern: duration, maxLength: 12, description }));
}

export const jailSchema = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$',
      description:
        "Name of the jail, such as `sshd` or `postfix`; `DEFAULT` sets what all jails share. It must be one of fail2ban's own, or have a filter of its name, or say `filter`.",
    }),
    enabled: Type.Optional(Type.Boolean({ description: 'Whether it runs. Default: true.' })),
    port: Type.Optional(
      Type.Array(
        Type.Union([
          Type.Integer({ minimum: 1, maximum: 65535, description: 'A port number.' }),
          Type.String({
            pattern: '^([a-z][a-z0-9-]{0,31}|[0-9]{1,5}:[0-9]{1,5})$',
            maxLength: 32,
            description: 'A service of /etc/services, or a range such as `6000:6010`.',
          }),
        ]),
        {
          minItems: 1,
          maxItems: 15,
          description: 'Ports that are closed to a banned address. Default: those of the jail.',
        },
      ),
    ),
    filter: line(
      'Filter and its options, such as `postfix[mode=extra]`. Default: that of the jail.',
    ),
    mode: line("Mode of the filter, such as `aggressive`. Default: the filter's own."),
    backend: line(
      'Where failures are read from: `systemd`, `auto`, `polling`. Default: `systemd` where no logpath is given.',
    ),
    journalmatch: line(
      'Journal entries to read, as journalctl(1) matches them. Default: that of the filter.',
    ),
    logpath: Type.Optional(
      Type.Array(
        Type.String({
          pattern: '^/[^\\r\\n]*$',
          maxLength: 4096,
          description: 'A log file or a pattern.',
        }),
        {
          minItems: 1,
          maxItems: 16,
          description:
            'Log files to read. Each must exist, or the whole server does not start. Default: the journal.',
        },
      ),
    ),
    maxretry: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        description: 'Failures before a ban. Default: 5.',
      }),
    ),
    findtime: time('Time in which they count: seconds, or with s, m, h, d, w. Default: 10m.'),
    bantime: time('How long a ban lasts; -1 for ever. Default: 10m.'),
    ignoreip: Type.Optional(
      Type.Array(
        Type.String({
          pattern: '^[A-Za-z0-9:./_-]{1,255}$',
          maxLength: 255,
          description: 'Address, network or host name.',
        }),
        {
          minItems: 1,
          maxItems: 64,
          description: 'Addresses that are never banned. Name the one you manage the host from.',
        },
      ),
    ),
    banaction: line('Action that bans, such as `nftables-multiport`. Default: that of [DEFAULT].'),
    banaction_allports: line('Action that bans from all ports. Default: that of [DEFAULT].'),
    ensure: Type.Optional(
      Type.Union([Type.Literal('present'), Type.Literal('absent')], {
        description:
          '`absent` removes what was declared here; the jail is then what the package makes of it. Default: `present`.',
      }),
    ),
  },
  { additionalProperties: false },
);
