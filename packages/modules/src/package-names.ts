/** What is not named after its Debian package: units, commands, and what stands in /etc. */
const packages: Readonly<Record<string, string>> = {
  amavis: 'amavisd-new',
  apachectl: 'apache2',
  bind: 'bind9',
  'cron.d': 'cron',
  dkimkeys: 'opendkim',
  doveconf: 'dovecot-core',
  'fail2ban-client': 'fail2ban',
  letsencrypt: 'certbot',
  'logrotate.d': 'logrotate',
  mysql: 'mariadb-server',
  named: 'bind9',
  'named-checkconf': 'bind9',
  'named-checkzone': 'bind9',
  postconf: 'postfix',
  'rsyslog.d': 'rsyslog',
  ssh: 'openssh-server',
  sshd: 'openssh-server',
  sudoers: 'sudo',
  'sudoers.d': 'sudo',
  visudo: 'sudo',
};

/** Name of the package that something of this name comes with, where that is another one; undefined where it is not known. */
export function packageBehind(name: string): string | undefined {
  return packages[name];
}
