import { InvalidArgumentError } from 'commander';

const forksMax = 1000;

/** The value of `--forks`. */
export function positive(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= forksMax) return count;
  throw new InvalidArgumentError(`A whole number from 1 to ${forksMax} is expected.`);
}

const secondsMax = 86_400;

/** The value of `--timeout`. */
export function seconds(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= secondsMax) return count;
  throw new InvalidArgumentError(`Whole seconds from 1 to ${secondsMax} are expected.`);
}
