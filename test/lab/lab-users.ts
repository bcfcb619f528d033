/** The people on every lab host. All of them log in with the lab's key; they differ in how they become root. */
export type LabUserName = 'root' | 'deploy' | 'admin';

/**
 * What sudo asks `admin` for. It is no secret; its characters are those that break a careless way of handing it over.
 */
export const adminPassword = `it's "lab" $HOME \\ é`;

export const labUsers = {
  root: { become: 'none' },
  deploy: { become: 'sudo' },
  admin: { become: 'sudo', password: adminPassword },
} as const satisfies Record<LabUserName, { become: 'none' | 'sudo'; password?: string }>;
