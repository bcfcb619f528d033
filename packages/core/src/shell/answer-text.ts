import { type ErrorCode, HostwrightError } from '../model/errors.ts';
import type { Answer } from './frame.ts';

/**
 * What a fragment printed.
 * Errors: one of the given code where it did not run to its end with exit code 0.
 */
export function answerText(answer: Answer | undefined, code: ErrorCode): string {
  if (answer?.is === 'ran' && answer.exitCode === 0) return answer.stdout.toString();
  throw new HostwrightError(code, problemOf(answer));
}

function problemOf(answer: Answer | undefined): { readonly problem: string; detail?: string } {
  if (answer === undefined || answer.is === 'lost') {
    return { problem: 'The host gave no complete answer.' };
  }
  if (answer.is === 'missing') {
    return { problem: `On the host there is no ${answer.commands.join(', ')}.` };
  }
  const detail = answer.stderr.toString();
  if (answer.is === 'timed out') return { problem: 'It reached its time limit.', detail };
  return { problem: `A command had the exit code ${answer.exitCode}.`, detail };
}
