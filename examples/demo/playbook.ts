// The mail system of the demo on hosts of your own:
//   MAIL_ADDRESS=… DNS_ADDRESS=… ANNAS_PASSWORD=… BENS_PASSWORD=… UPDATE_KEY=$(openssl rand -base64 32) \
//     hostwright plan examples/demo/playbook.ts
import { mailSystem } from './mail-system.ts';

const { env } = process;

export default mailSystem({
  mailAddress: given('MAIL_ADDRESS'),
  dnsAddress: given('DNS_ADDRESS'),
  user: env.LOGIN_USER ?? 'root',
  ssh: {
    ...(env.IDENTITY_FILE === undefined ? {} : { identityFiles: [env.IDENTITY_FILE] }),
    ...(env.KNOWN_HOSTS === undefined ? {} : { knownHosts: [env.KNOWN_HOSTS] }),
  },
  ...(env.CONTROLLER_ADDRESS === undefined ? {} : { controllerAddress: env.CONTROLLER_ADDRESS }),
  annasPassword: given('ANNAS_PASSWORD'),
  bensPassword: given('BENS_PASSWORD'),
  updateKey: given('UPDATE_KEY'),
});

function given(name: string): string {
  const value = env[name];
  if (value === undefined || value === '')
    throw new Error(`Set ${name}, as the first lines of this file say.`);
  return value;
}
