import { Directory, File, Package, Postconf, PostfixService, Service } from '@hostwright/modules';
import { postfixMaps } from './maps.ts';
import { postfixParameters, submissionParameters } from './postfix-parameters.ts';
import type { Role } from './role.ts';
import type { MailServer } from './settings.ts';

const mapDirectory = '/etc/postfix/maps';

/** Mail in on 25, out on 587 and 465 after login. */
export function postfix(server: MailServer): Role {
  const { domains, aliases, users, tls } = server;
  const [domain = ''] = domains;
  const maps = postfixMaps({ domains, aliases, mailboxes: users.map(({ address }) => address) });
  const service = Service({ name: 'postfix', running: true, enabled: true });
  const declarations = [
    Package({
      name: 'postfix',
      startService: false,
      debconf: {
        'postfix/main_mailer_type': { type: 'select', value: 'Internet Site' },
        'postfix/mailname': { type: 'string', value: domain },
      },
    }),
    Directory({ path: mapDirectory, owner: 'root', group: 'root', mode: '0755' }),
    Object.entries(maps).map(([name, content]) =>
      File({
        path: `${mapDirectory}/${name}`,
        content,
        owner: 'root',
        group: 'root',
        mode: '0644',
      }),
    ),
    Postconf(postfixParameters({ ...server, ...tls, domain, mapDirectory })),
    (['submission', 'submissions'] as const).map((name) =>
      PostfixService({
        name,
        type: 'inet',
        chroot: true,
        command: 'smtpd',
        options: submissionParameters(name),
      }),
    ),
    service,
  ];
  return { declarations, service };
}
