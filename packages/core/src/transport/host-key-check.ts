import { HostwrightError } from '../model/errors.ts';
import type { Host } from '../model/host.ts';
import { quote } from '../shell/quote.ts';
import { fingerprint, hostKeyType, shortKeyType } from './host-key.ts';
import {
  algorithmsFor,
  checkHostKey,
  formatKnownHost,
  type HostKeyAlgorithm,
  type HostKeyVerdict,
  type KnownHosts,
  type KnownKey,
  lookupName,
} from './known-hosts.ts';

const portDefault = 22;

/**
 * A verifier for ssh2, which refuses a key for `false` alone and takes a promise, null or undefined for a yes. This one
 * accepts for `true` alone, and refuses when the judge throws.
 */
export function strictVerifier(judge: (key: Buffer) => unknown): (key: Buffer) => boolean {
  return (key) => {
    try {
      return judge(key) === true;
    } catch {
      return false;
    }
  };
}

/** Judges the host key of one connection. What it decided stays readable for the error or the record afterwards. */
export class HostKeyCheck {
  readonly #host: Host;
  readonly #hosts: KnownHosts;
  readonly #name: string;
  readonly #file: string;
  #presented: Buffer | undefined;
  #verdict: HostKeyVerdict | undefined;

  /** `file` is where new keys go, and where the remedy sends the reader to. */
  constructor(host: Host, hosts: KnownHosts, file: string) {
    const { hostKeyAlias, port } = host.ssh;
    this.#host = host;
    this.#hosts = hosts;
    this.#name = hostKeyAlias?.toLowerCase() ?? lookupName(host.address, port ?? portDefault);
    this.#file = file;
  }

  get algorithms(): HostKeyAlgorithm[] {
    return algorithmsFor(this.#hosts, this.#name);
  }

  /**
   * The verdict as ssh2 wants it: at once, and true or false. Anything else, a promise for one, ssh2 takes for a yes.
   * It is asked again at every rekey; then only the key that was accepted before will do.
   */
  accepts(key: Buffer): boolean {
    if (this.#presented !== undefined) return this.#presented.equals(key) && this.#isAccepted();
    this.#presented = Buffer.from(key);
    this.#verdict = checkHostKey(this.#hosts, this.#name, this.#presented);
    return this.#isAccepted();
  }

  /**
   * The known_hosts line to add, once the handshake has proved that the host owns the key; before that, anyone could
   * have sent another host's public key.
   */
  get lineToRecord(): string | undefined {
    if (this.#presented === undefined || this.#verdict?.status !== 'unknown') return undefined;
    return formatKnownHost(this.#name, this.#presented);
  }

  /** Why the key was refused; undefined when it was not. */
  get refusal(): HostwrightError | undefined {
    if (this.#presented === undefined || this.#isAccepted()) return undefined;
    switch (this.#verdict?.status) {
      case 'revoked':
        return this.#revoked(this.#presented, this.#verdict.by);
      case 'changed':
        return this.#changed(this.#presented, this.#verdict.known);
      case 'unknown':
        return this.#unknown(this.#presented, this.#verdict.hasAuthority);
      default:
        return undefined;
    }
  }

  #isAccepted(): boolean {
    const status = this.#verdict?.status;
    if (status === 'known') return true;
    return status === 'unknown' && this.#host.ssh.hostKeyPolicy === 'accept-new';
  }

  #unknown(key: Buffer, hasAuthority: boolean): HostwrightError {
    const authority = hasAuthority
      ? ' known_hosts has a certificate authority for it, and host certificates are not supported.'
      : '';
    return new HostwrightError('TRANSPORT_HOST_KEY_UNKNOWN', {
      problem: `The host key of ${this.#name} is not in known_hosts: ${describe(key)}.${authority}`,
      remedy: `Compare the fingerprint with one from a trusted source, then run: ${this.#addCommand(key)}`,
    });
  }

  #changed(key: Buffer, known: readonly KnownKey[]): HostwrightError {
    const kept = known.map((one) => `${place(one)} has ${one.type} ${one.fingerprint}`).join(', ');
    const files = [...new Set(known.map((one) => one.file))];
    const remove = files.map((file) => `ssh-keygen -R ${quote(this.#name)} -f ${quote(file)}`);
    return new HostwrightError('TRANSPORT_HOST_KEY_CHANGED', {
      problem: `The host key of ${this.#name} has changed: it presents ${describe(key)}, but ${kept}.`,
      remedy: `If the host was reinstalled, run: ${[...remove, this.#addCommand(key)].join(' && ')}. If not, stop: someone may be listening in.`,
    });
  }

  #revoked(key: Buffer, by: KnownKey): HostwrightError {
    return new HostwrightError('TRANSPORT_HOST_KEY_REVOKED', {
      problem: `${this.#name} presents ${describe(key)}, which ${place(by)} marks as revoked.`,
    });
  }

  #addCommand(key: Buffer): string {
    const { port = portDefault, hostKeyAlias } = this.#host.ssh;
    if (hostKeyAlias !== undefined) {
      const line = formatKnownHost(this.#name, key).trim();
      return `echo ${quote(line)} >>${quote(this.#file)}`;
    }
    const onPort = port === portDefault ? '' : `-p ${port} `;
    const type = shortKeyType(hostKeyType(key) ?? '');
    return `ssh-keyscan ${onPort}-t ${type} ${quote(this.#host.address)} >>${quote(this.#file)}`;
  }
}

function describe(key: Buffer): string {
  return `${hostKeyType(key) ?? 'a key'} ${fingerprint(key)}`;
}

function place(key: KnownKey): string {
  return `${key.file}:${key.line}`;
}
