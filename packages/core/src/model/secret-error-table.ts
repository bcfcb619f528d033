import { type ErrorRow, usage } from './error-row.ts';

/** Error codes of secrets that are read from elsewhere. A part of `errorTable`. */
export const secretErrorTable = {
  SECRET_MISSING: {
    stage: 'declare',
    exitCode: usage,
    title: 'A secret is not where it is said to be.',
    remedy: 'Set the variable, put the file there, or install the command.',
  },
  SECRET_EMPTY: {
    stage: 'declare',
    exitCode: usage,
    title: 'The place of a secret is empty.',
    remedy: 'Put the secret there; an empty one is never meant.',
  },
  SECRET_UNREADABLE: {
    stage: 'declare',
    exitCode: usage,
    title: 'A secret could not be read.',
    remedy: 'Correct what the problem names: permissions, format, or the command.',
  },
  SECRET_WRONG_KEY: {
    stage: 'declare',
    exitCode: usage,
    title: 'A secret was encrypted for another key or with another password.',
    remedy: 'Name the right key or password, or encrypt the secret for this one.',
  },
  SECRET_AS_TEXT: {
    stage: 'compile',
    exitCode: usage,
    title: 'A text holds what a secret prints as, where its value is meant.',
    remedy:
      'Put secrets into texts with the interpolate template, which makes the text a secret, instead of a template literal or +.',
  },
} as const satisfies Record<string, ErrorRow>;
