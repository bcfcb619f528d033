import type { Declarations } from '@hostwright/core';
import { File, Package, Service } from '@hostwright/modules';
import { isMailAddress } from '../names.ts';
import { refuse } from '../refuse.ts';

export interface UpgradesSettings {
  /** Local time at which the host may restart when an upgrade asks for it: `04:30`. Left out: never by itself. */
  readonly rebootAt?: string;
  /** Address that is told when packages were changed or could not be; the host must be able to send mail. */
  readonly mailTo?: string;
  /** Names of packages that are left as they are, such as `mariadb-server`. */
  readonly except?: readonly string[];
}

/**
 * Security updates of Debian, every day, and nothing else: no point releases, no other archives.
 *
 * Errors: UPKEEP_INVALID with every problem at once.
 * @example play({ hosts: 'all', resources: () => unattendedUpgrades({ rebootAt: '04:30', mailTo: 'root@example.com' }) })
 */
export function unattendedUpgrades(settings: UpgradesSettings = {}): Declarations {
  refuse('UPKEEP_INVALID', upgradeProblems(settings));
  const software = Package({ name: 'unattended-upgrades' });
  const configFile = (name: string, content: string) =>
    File({
      path: `/etc/apt/apt.conf.d/${name}`,
      content,
      owner: 'root',
      group: 'root',
      mode: '0644',
      validate: ['apt-config', '-c', '%', 'dump'],
    });
  const files = [
    configFile('20auto-upgrades', daily),
    configFile('52unattended-upgrades-hostwright', upgradesConfig(settings)),
  ];
  // Two timers, since lists of packages are fetched by the first and packages by the second.
  const timers = ['apt-daily.timer', 'apt-daily-upgrade.timer'].map((name) =>
    Service({ name, running: true, enabled: true }, { needs: [software, ...files] }),
  );
  return [software, files, timers];
}

const daily = `// Written by Hostwright.
APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
APT::Periodic::AutocleanInterval "7";
`;

/** Read after Debian's own 50unattended-upgrades, whose list of origins it replaces. Source: README of unattended-upgrades. */
export function upgradesConfig({ rebootAt, mailTo, except = [] }: UpgradesSettings): string {
  const name = 'Unattended-Upgrade';
  const reboots = rebootAt !== undefined;
  return `// Written by Hostwright.
#clear ${name}::Origins-Pattern;
${name}::Origins-Pattern {
  "origin=Debian,codename=\${distro_codename}-security,label=Debian-Security";
};
#clear ${name}::Package-Blacklist;
${name}::Package-Blacklist {
${except.map((each) => `  "^${each.replaceAll(/[+.]/g, '\\\\$&')}$";\n`).join('')}};
// Stopped in the middle, as by a shutdown, it leaves whole packages behind.
${name}::MinimalSteps "true";
${name}::Remove-Unused-Kernel-Packages "true";
${name}::Automatic-Reboot "${reboots}";
${reboots ? `${name}::Automatic-Reboot-Time "${rebootAt}";\n` : ''}${
  mailTo === undefined ? '' : `${name}::Mail "${mailTo}";\n${name}::MailReport "only-on-error";\n`
}`;
}

function upgradeProblems({ rebootAt, mailTo, except = [] }: UpgradesSettings): readonly string[] {
  return [
    ...(rebootAt === undefined || /^([01]\d|2[0-3]):[0-5]\d$/.test(rebootAt)
      ? []
      : [`rebootAt: '${rebootAt}' is no time such as '04:30'.`]),
    ...(mailTo === undefined || isMailAddress(mailTo)
      ? []
      : [`mailTo: '${mailTo}' is no mail address in lower case.`]),
    ...except
      .filter((name) => !/^[a-z0-9][a-z0-9+.-]+$/.test(name))
      .map((name) => `except: '${name}' is no name of a package.`),
  ];
}
