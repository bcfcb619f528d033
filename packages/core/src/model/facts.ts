/** What is true of a host before any resource. Read once per run, in the first round trip. */
export interface Facts {
  readonly hostname: string;
  /** Fully qualified name as `hostname -f` prints it; equal to `hostname` where the host has none. */
  readonly fqdn: string;
  readonly os: {
    /** `ID` of os-release(5): `debian`, `ubuntu`, … */
    readonly id: string;
    /** `VERSION_ID`: `12`, `13`, `24.04`. */
    readonly version: string;
    /** `VERSION_CODENAME`: `bookworm`, `trixie`. */
    readonly codename: string;
  };
  /** Machine name of uname(1): `x86_64`, `aarch64`. */
  readonly arch: string;
  readonly kernel: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  /** Free space of the root file system. */
  readonly diskFreeMiB: number;
  /** Addresses of all interfaces but loopback, without prefix length. */
  readonly addresses: readonly string[];
  /** Name of process 1: `systemd`, `init`, … */
  readonly init: string;
  /** User that scripts run as, after `become`. */
  readonly user: string;
  readonly uid: number;
  /** Changes with every boot. */
  readonly bootId: string;
  /** The SSH connection that the run came by, as the host sees it; undefined where there is none to be seen. */
  readonly ssh?: {
    /** Address that it comes from. */
    readonly client: string;
    /** Port that it came to. */
    readonly port: number;
  };
}
