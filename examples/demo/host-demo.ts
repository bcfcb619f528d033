import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { HostwrightError, renderError } from '@hostwright/core';
import { bootLab } from '@hostwright/test/lab/boot-lab.ts';
import type { Lab } from '@hostwright/test/lab/lab.ts';
import type { Release } from '@hostwright/test/lab/release.ts';
import { mailSystem, type Place } from './mail-system.ts';
import type { MailSite } from './proof.ts';
import { claims } from './proof.ts';
import { type Runner, startRunner } from './runner.ts';
import type { Stage } from './stage.ts';

export interface HostDemo {
  readonly release: Release;
  readonly isKept: boolean;
  readonly stage: Stage;
  readonly signal: AbortSignal;
}

/** The whole demo on two hosts that it boots. True when everything held. */
export async function runOnHosts({ release, isKept, stage, signal }: HostDemo): Promise<boolean> {
  stage.act(`Boot two bare ${release} hosts: mail and dns`);
  const lab = await bootLab({
    hosts: [
      { name: 'mail', release },
      { name: 'dns', release },
    ],
    name: 'demo',
    stays: isKept,
  });
  const place = placeOf(lab);
  try {
    const runner = startRunner(mailSystem(place), { stage, signal });
    return await play(runner, lab, place, stage, signal);
  } catch (thrown) {
    if (signal.aborted) return false;
    if (!(thrown instanceof HostwrightError)) throw thrown;
    stage.bad('the demo could not go on', renderError(thrown.toJSON()));
    return false;
  } finally {
    if (isKept) sayHowToGetIn(stage, lab, place);
    else await lab.down();
  }
}

function placeOf(lab: Lab): Place {
  return {
    mailAddress: lab.host('mail').address,
    dnsAddress: lab.host('dns').address,
    user: 'deploy',
    ssh: {
      identityFiles: [lab.identityFile],
      knownHosts: [lab.knownHosts],
      agent: null,
      config: null,
    },
    controllerAddress: lab.controllerAddress,
    annasPassword: randomBytes(12).toString('base64url'),
    bensPassword: randomBytes(12).toString('base64url'),
    updateKey: randomBytes(32).toString('base64'),
  };
}

async function play(
  runner: Runner,
  lab: Lab,
  place: Place,
  stage: Stage,
  signal: AbortSignal,
): Promise<boolean> {
  stage.act('Plan: what would change. Nothing is written');
  await runner.plan('first plan');
  stage.act('Apply: make it so, and read everything again');
  const isApplied = await runner.apply('first apply');
  if (!isApplied) return false;
  stage.act('Plan again: nothing left to do');
  const isEmpty = await runner.planIsEmpty('second plan');
  stage.act('Proof, by clients that know nothing of all this');
  const isProven = await prove(await siteOf(lab, place), stage, signal);
  stage.act('Drift: main.cf is edited by hand, and Dovecot stopped');
  await lab.host('mail').exec('postconf -e smtpd_tls_auth_only=no && systemctl stop dovecot');
  const isFound = !(await runner.planIsEmpty('plan after drift', { isDriftExpected: true }));
  stage.act('Apply mends it, and nothing else');
  const isMended = (await runner.apply('second apply')) && (await runner.planIsEmpty('last plan'));
  stage.act('In figures');
  runner.tell();
  return isEmpty && isProven && isFound && isMended;
}

/** Checks every claim. True when all hold. */
export async function prove(site: MailSite, stage: Stage, signal: AbortSignal): Promise<boolean> {
  let isProven = true;
  for (const { name, prove: proveClaim } of claims) {
    if (signal.aborted) return false;
    try {
      stage.good(name, await proveClaim(site));
    } catch (thrown) {
      isProven = false;
      stage.bad(name, thrown instanceof Error ? thrown.message : String(thrown));
    }
  }
  return isProven;
}

async function siteOf(lab: Lab, place: Place): Promise<MailSite> {
  const mail = lab.host('mail');
  const hostname = 'mail.example.com';
  const { stdout: certificate } = await mail.exec(`cat /etc/ssl/certs/${hostname}.pem`);
  const common = { server: place.mailAddress, hostname, certificate };
  return {
    domain: 'example.com',
    anna: { ...common, user: 'anna@example.com', password: place.annasPassword },
    ben: { ...common, user: 'ben@example.com', password: place.bensPassword },
    dnsServer: place.dnsAddress,
    askHost: async (command) => (await mail.exec(command)).stdout,
  };
}

function sayHowToGetIn(stage: Stage, lab: Lab, place: Place): void {
  const playbook = fileURLToPath(new URL('playbook.ts', import.meta.url));
  stage.act('The hosts stay up');
  stage.say('log in:   npm run lab -- ssh mail     (or dns)');
  stage.say(
    `mail:     ${place.mailAddress}: anna@example.com ${place.annasPassword}, ben@example.com ${place.bensPassword}`,
  );
  stage.say(
    `plan:     MAIL_ADDRESS=${place.mailAddress} DNS_ADDRESS=${place.dnsAddress} LOGIN_USER=deploy IDENTITY_FILE=${lab.identityFile} KNOWN_HOSTS=${lab.knownHosts} CONTROLLER_ADDRESS=${lab.controllerAddress} ANNAS_PASSWORD=${place.annasPassword} BENS_PASSWORD=${place.bensPassword} UPDATE_KEY=${place.updateKey} npx hostwright plan ${playbook}`,
  );
  stage.say('end:      npm run lab -- down demo');
}
