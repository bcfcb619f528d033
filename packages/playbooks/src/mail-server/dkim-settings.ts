/** Which key signs. A new one takes over without a gap: see the guide to the mail server. */
export interface DkimSettings {
  /** Names the key that signs; `mail` when left out. Another selector is another key. */
  readonly selector?: string;
  /** True: the record asks verifiers to treat the domain as testing. */
  readonly testMode?: boolean;
  /** Selectors that signed before. Their records stay, so that mail on its way can be verified. */
  readonly previous?: readonly string[];
  /** Selectors whose records and keys are removed. */
  readonly retired?: readonly string[];
}

const selectorPattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export function dkimProblems(settings: DkimSettings): readonly string[] {
  const { selector = selectorDefault, previous = [], retired = [] } = settings;
  const all = [selector, ...previous, ...retired];
  const bad = all.filter((name) => !selectorPattern.test(name));
  const repeated = new Set(all.filter((name, index) => all.indexOf(name) !== index));
  return [
    ...bad.map((name) => `dkim: '${name}' is no selector of lower case letters, digits and '-'.`),
    ...[...repeated].map((name) => `dkim: the selector '${name}' is given twice.`),
  ];
}

export const selectorDefault = 'mail';
