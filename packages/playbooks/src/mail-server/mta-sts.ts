import type { Declaration, Declarations } from '@hostwright/core';
import { Directory, File, mtaStsFile, Package, Service } from '@hostwright/modules';
import { mxNames } from './mx-names.ts';
import type { MailServer } from './settings.ts';
import type { Tls } from './tls-settings.ts';

const policyDirectory = '/var/lib/mta-sts';
const owned = { owner: 'root', group: 'root' };

/** Policies about TLS, as files for a web server. */
export function mtaStsFiles(server: MailServer): Declarations {
  const { domains } = server;
  const { mtaSts: sts } = server.dns;
  if (sts === undefined) return [];
  const content = mtaStsFile({ ...sts, mx: mxNames(server) });
  return [
    Directory({ path: policyDirectory, ...owned, mode: '0755' }),
    domains.map((domain) => [
      Directory({ path: `${policyDirectory}/${domain}`, ...owned, mode: '0755' }),
      Directory({ path: `${policyDirectory}/${domain}/.well-known`, ...owned, mode: '0755' }),
      File({
        path: `${policyDirectory}/${domain}/.well-known/mta-sts.txt`,
        content,
        ...owned,
        mode: '0644',
      }),
    ]),
  ];
}

/** The web server of the policies, where it is ours. It takes up the certificate that comes before it. */
export interface PolicyServer {
  readonly services: readonly Declaration[];
  readonly ports: readonly number[];
  readonly after: (certificate: readonly Declaration[]) => Declarations;
}

const httpsPort = 443;

/** nginx on port 443 alone: port 80 stays free for certbot. */
export function policyServer({ dns, domains, tls }: MailServer): PolicyServer {
  if (dns.mtaSts?.serve !== true) return { services: [], ports: [], after: () => [] };
  const nginx = Service({ name: 'nginx', running: true, enabled: true });
  const config = domains.map((domain) => siteOf(domain, tls)).join('');
  return {
    services: [nginx],
    ports: [httpsPort],
    after: (certificate) => {
      const software = Package({ name: 'nginx' }, { needs: certificate });
      const options = { needs: [software], notify: [nginx] };
      return [
        software,
        // It comes with the package, and listens on port 80.
        File({ path: '/etc/nginx/sites-enabled/default', ensure: 'absent' }, options),
        File(
          {
            path: '/etc/nginx/conf.d/hostwright-mta-sts.conf',
            content: config,
            ...owned,
            mode: '0644',
          },
          options,
        ),
        nginx,
      ];
    },
  };
}

/** Source: RFC 8461 §3.3: that one file, by that name, and no redirection. */
function siteOf(domain: string, { certificateFile, keyFile }: Tls): string {
  return `server {
    listen ${httpsPort} ssl;
    listen [::]:${httpsPort} ssl;
    server_name mta-sts.${domain};
    server_tokens off;
    ssl_certificate ${certificateFile};
    ssl_certificate_key ${keyFile};
    ssl_protocols TLSv1.2 TLSv1.3;
    root ${policyDirectory}/${domain};
    location = /.well-known/mta-sts.txt {
        default_type text/plain;
    }
    location / {
        return 404;
    }
}
`;
}
