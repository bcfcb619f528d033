/** What `hostwright completion SHELL --json` prints. Fields may be added within a version. */
export interface CompletionReport {
  readonly version: 1;
  readonly shell: 'bash' | 'zsh' | 'fish';
  /** What the shell is to read. */
  readonly script: string;
}
