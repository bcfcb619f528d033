import type { Declarations } from '@hostwright/core';
import {
  Directory,
  File,
  Package,
  SelfSignedCertificate,
  Service,
  Ufw,
  UfwRule,
} from '@hostwright/modules';

export interface WebHostSettings {
  /** Name that the site is called by: `www.example.com`. */
  readonly name: string;
  /** What the start page says. */
  readonly greeting: string;
}

const certificateFile = '/etc/ssl/certs/site.pem';
const keyFile = '/etc/ssl/private/site.key';

/** A site over TLS: nginx, a certificate, and a firewall that lets SSH and the web through. */
export function webHost({ name, greeting }: WebHostSettings): Declarations {
  const nginx = Service({ name: 'nginx', running: true, enabled: true });
  const openssl = Package({ name: 'openssl' });
  const root = Directory({ path: '/srv/site', mode: '0755' });
  return [
    openssl,
    Package({ name: 'nginx' }),
    root,
    File({ path: '/srv/site/index.html', mode: '0644', content: `<h1>${greeting}</h1>\n` }),
    // Self-signed, so that the example needs nobody: an authority gives you one by AcmeCertificate.
    SelfSignedCertificate(
      { names: [name], certificateFile, keyFile },
      { needs: [openssl], notify: [nginx] },
    ),
    File({ path: '/etc/nginx/conf.d/site.conf', mode: '0644', content: siteConfig(name) }),
    nginx,
    firewall,
  ];
}

function siteConfig(name: string): string {
  return `server {
    listen 80;
    listen [::]:80;
    server_name ${name};
    return 301 https://$host$request_uri;
}
server {
    listen 443 ssl;
    listen [::]:443 ssl;
    server_name ${name};
    ssl_certificate ${certificateFile};
    ssl_certificate_key ${keyFile};
    ssl_protocols TLSv1.2 TLSv1.3;
    add_header Strict-Transport-Security "max-age=31536000" always;
    root /srv/site;
}
`;
}

const firewall: Declarations = [
  Package({ name: 'ufw' }),
  UfwRule({ limit: 22, proto: 'tcp', comment: 'ssh' }),
  UfwRule({ allow: '80,443', proto: 'tcp', comment: 'web' }),
  Ufw({ enabled: true, incoming: 'deny', outgoing: 'allow' }),
];
