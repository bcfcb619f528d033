import type { Declarations } from '@hostwright/core';
import { File, PostfixService } from '@hostwright/modules';
import { isDomain } from '../names.ts';
import type { MailServer } from './settings.ts';

/** A guard before port 25, which lets programs through that behave like mail servers. */
export interface PostscreenSettings {
  /**
   * Seconds that a stranger waits for the greeting, 1 to 60; 6 when left out. One that talks before is refused, and one
   * that waited is not asked again for a day.
   */
  readonly greetSeconds?: number;
  /** DNS lists of addresses that send spam, each with the points that it gives: `{ 'zen.spamhaus.org': 3 }`. None when left out. */
  readonly lists?: Readonly<Record<string, number>>;
  /** Points from which a client is refused; 3 when left out. */
  readonly pointsMin?: number;
}

const accessFile = '/etc/postfix/postscreen-access';

/** What answers port 25: smtpd itself, or postscreen, which hands over to it. */
export function portServices({ postscreen, trustedRelays }: MailServer): Declarations {
  if (postscreen === undefined) {
    return PostfixService({ name: 'smtp', type: 'inet', chroot: true, command: 'smtpd' });
  }
  const content = trustedRelays.map((address) => `${address}  permit\n`).join('');
  return [
    File({ path: accessFile, content, owner: 'root', group: 'root', mode: '0644' }),
    PostfixService({ name: 'smtpd', type: 'pass', chroot: true, command: 'smtpd' }),
    (['dnsblog', 'tlsproxy'] as const).map((command) =>
      PostfixService({ name: command, type: 'unix', chroot: true, maxproc: 0, command }),
    ),
    PostfixService({ name: 'smtp', type: 'inet', chroot: true, maxproc: 1, command: 'postscreen' }),
  ];
}

/**
 * Parameters of postscreen. The tests after the greeting are left off: a client that passes them has to come again, and
 * large senders come from another address then. Source: POSTSCREEN_README.
 */
export function postscreenParameters({ postscreen }: Pick<MailServer, 'postscreen'>) {
  if (postscreen === undefined) return {};
  const { greetSeconds = 6, lists = {}, pointsMin = 3 } = postscreen;
  return {
    postscreen_access_list: `permit_mynetworks, cidr:${accessFile}`,
    postscreen_denylist_action: 'enforce',
    postscreen_greet_wait: `${greetSeconds}s`,
    postscreen_greet_action: 'enforce',
    postscreen_dnsbl_sites: Object.entries(lists)
      .map(([name, points]) => `${name}*${points}`)
      .join(', '),
    postscreen_dnsbl_threshold: pointsMin,
    postscreen_dnsbl_action: 'enforce',
  };
}

export function postscreenProblems(settings: PostscreenSettings | undefined): readonly string[] {
  const { greetSeconds = 6, lists = {}, pointsMin = 3 } = settings ?? {};
  const numbers = [
    ['greetSeconds', greetSeconds, 1, 60],
    ['pointsMin', pointsMin, 1, 1000],
    ...Object.entries(lists).map(([name, points]) => [`lists: ${name}`, points, -1000, 1000]),
  ] as const;
  return [
    ...numbers
      .filter(
        ([, value, least, most]) =>
          !Number.isInteger(value) || Number(value) < Number(least) || Number(value) > Number(most),
      )
      .map(
        ([name, value, least, most]) =>
          `postscreen.${name}: ${value} is no whole number from ${least} to ${most}.`,
      ),
    ...Object.keys(lists)
      .filter((name) => !isDomain(name))
      .map((name) => `postscreen.lists: '${name}' is no domain in lower case.`),
  ];
}
