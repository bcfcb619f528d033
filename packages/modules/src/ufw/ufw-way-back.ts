import { wayBackOf } from '../files/lock-out.ts';

/** Everything that ufw reads, for a firewall that shuts us out although the guard let it pass. */
export const ufwWayBack = wayBackOf([
  '/etc/ufw/ufw.conf',
  '/etc/ufw/user.rules',
  '/etc/ufw/user6.rules',
  '/etc/default/ufw',
]);
