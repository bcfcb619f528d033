/** What a small host has, sixty things of six kinds: the same for everybody who is measured. */
const numbers = Array.from({ length: 15 }, (_, index) => index);

export const smallHost = {
  packages: [
    ...['bash', 'coreutils', 'cron', 'dash', 'findutils', 'grep'],
    ...['gzip', 'hostname', 'login', 'passwd', 'sed'],
  ],
  running: ['ssh', 'dbus', 'systemd-journald', 'systemd-logind'],
  enabled: ['cron'],
  directories: ['/etc/bench', ...numbers.slice(0, 10).map((index) => `/etc/bench/${index}`)],
  /** Users, each with a group of its own name. */
  users: numbers.slice(0, 9).map((index) => `bench${index}`),
  files: numbers.map((index) => ({
    path: `/etc/bench/${index % 10}/file${index}.conf`,
    content: `# file ${index}\n`.repeat(50),
  })),
} as const;
