import { homedir, userInfo } from 'node:os';

export interface ThisUser {
  readonly name: string;
  readonly homeFolder: string;
}

/** Who runs this process. Containers run it as a number, too, of which the system knows neither name nor home. */
export function thisUser(): ThisUser {
  return { name: known(() => userInfo().username, 'unknown'), homeFolder: known(homedir, '/') };
}

function known(ask: () => string, otherwise: string): string {
  try {
    return ask();
  } catch {
    return otherwise;
  }
}
