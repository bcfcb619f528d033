import { packageBehind } from '../package-names.ts';

const suffix = /\.(service|socket|timer|path|target|mount|automount|swap|slice)$/;

/** `postfix` → `postfix.service`; a name with a suffix stays. */
export function unitName(name: string): string {
  return suffix.test(name) ? name : `${name}.service`;
}

/** The name as people say it: `postfix`, but `clamav-daemon.socket`. */
export function unitStem(name: string): string {
  return name.replace(/\.service$/, '');
}

/** What its unit file may be called: an instance (`getty@tty1.service`) has the one of its template, or one of its own. */
export function unitFiles(name: string): readonly string[] {
  const unit = unitName(name);
  const template = unit.replace(/@.+(?=\.[a-z]+$)/, '@');
  return template === unit ? [unit] : [unit, template];
}

/** Unit files of the service that a timer or a path unit starts, where it says nothing else: the one of the same name. */
export function startedFiles(name: string): readonly string[] {
  const service = name.replace(/\.(timer|path)$/, '.service');
  return service === name ? [] : unitFiles(service);
}

/**
 * Names of packages that may bring a unit: `clamav-daemon` may come from clamav-daemon or clamav. A wrong guess is no
 * harm, it is an edge to something that is not declared.
 */
export function packagesOf(name: string): readonly string[] {
  const [stem = name] = name.replace(suffix, '').split('@');
  const parts = stem.split('-');
  const prefixes = parts.map((_part, index) => parts.slice(0, parts.length - index).join('-'));
  const known = packageBehind(stem);
  return known === undefined ? prefixes : [known, ...prefixes];
}
