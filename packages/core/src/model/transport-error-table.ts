import { type ErrorRow, failed, unreachable } from './error-row.ts';

/** Errors on the way to a host and back. */
export const transportErrorTable = {
  TRANSPORT_UNREACHABLE: {
    stage: 'transport',
    exitCode: unreachable,
    title: 'The host did not answer.',
    remedy: 'Check that the address and port in the inventory are right and that the host is up.',
  },
  TRANSPORT_HOST_KEY_UNKNOWN: {
    stage: 'transport',
    exitCode: unreachable,
    title: 'The host key is not in known_hosts.',
    remedy:
      'Compare the fingerprint with one from a trusted source, then add the key with ssh-keyscan.',
  },
  TRANSPORT_HOST_KEY_CHANGED: {
    stage: 'transport',
    exitCode: unreachable,
    title: 'The host presents another key than known_hosts has.',
    remedy:
      'If the host was reinstalled, remove the old key with ssh-keygen -R and add the new one. If not, stop here.',
  },
  TRANSPORT_HOST_KEY_REVOKED: {
    stage: 'transport',
    exitCode: unreachable,
    title: 'The host presents a key that known_hosts marks as revoked.',
    remedy: 'Do not connect. Ask who revoked the key and why, then give the host a new one.',
  },
  TRANSPORT_KNOWN_HOSTS_UNREADABLE: {
    stage: 'transport',
    exitCode: unreachable,
    title: 'A known_hosts file could not be read.',
    remedy: 'Make the file readable, or name another with ssh.knownHosts in the inventory.',
  },
  TRANSPORT_SSH_CONFIG_INVALID: {
    stage: 'transport',
    exitCode: unreachable,
    title: 'The SSH configuration of this machine cannot be used for the host.',
    remedy:
      'Correct the file, say the setting in the inventory, or leave the configuration out with ssh.config: null.',
  },
  TRANSPORT_KEY_UNREADABLE: {
    stage: 'transport',
    exitCode: unreachable,
    title: 'A private key file could not be used.',
    remedy: 'Check the path, its permissions, and the passphrase.',
  },
  TRANSPORT_AUTH_FAILED: {
    stage: 'transport',
    exitCode: unreachable,
    title: 'The host refused the login.',
    remedy:
      'Check user and key with `ssh USER@HOST true`. It is not tried again, because sshd locks out repeated failures.',
  },
  TRANSPORT_CONNECTION_LOST: {
    stage: 'transport',
    exitCode: unreachable,
    title: 'The connection ended before the host reported a result.',
    remedy:
      'What the last step did is unknown. Run again: the host is read first and only what is missing is done.',
  },
  TRANSPORT_TIMEOUT: {
    stage: 'transport',
    exitCode: failed,
    title: 'A command ran longer than its time limit.',
    remedy:
      'Look at the host for what hangs; raise the time limit if the step is right to take that long.',
  },
  TRANSPORT_OUTPUT_TOO_LARGE: {
    stage: 'transport',
    exitCode: failed,
    title: 'A command printed more than the limit.',
    remedy: 'Probe less at once; a resource type should read a digest of large contents.',
  },
  TRANSPORT_SHELL_UNAVAILABLE: {
    stage: 'transport',
    exitCode: unreachable,
    title: 'The host accepted the login and did not start a shell.',
    remedy:
      'Log in by hand with `ssh USER@HOST /bin/sh`: the login shell, an expired password or a forced command may be the cause.',
  },
  TRANSPORT_BECOME_FAILED: {
    stage: 'transport',
    exitCode: unreachable,
    title: 'Becoming another user on the host failed.',
    remedy:
      'Check the rule of sudo or doas, and the password. The password is tried once, to avoid a lock-out.',
  },
} as const satisfies Record<string, ErrorRow>;
