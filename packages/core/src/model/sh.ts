/** Shell text that was built by `sh`, the only way to build it: every interpolated value is one quoted word. */
export class Sh {
  readonly script: string;

  constructor(script: string) {
    this.script = script;
    Object.freeze(this);
  }
}
