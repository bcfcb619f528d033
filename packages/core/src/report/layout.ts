/** What a renderer is told about the place its text goes to. */
export interface RenderOptions {
  /** Columns of the terminal; 100 when left out. */
  readonly width?: number;
  /** Colours by ANSI sequences; none when left out. */
  readonly isColor?: boolean;
  /** Shows everything, where otherwise long lists and texts are cut. */
  readonly isVerbose?: boolean;
}

/** The same, complete; colour is a matter of painting and not of layout. */
export interface Layout {
  readonly width: number;
  readonly isVerbose: boolean;
}

const widthDefault = 100;

/** Narrower than this, lines are left to the terminal to break. */
const widthMin = 40;

export function layoutOf({ width = widthDefault, isVerbose = false }: RenderOptions): Layout {
  return { width: Math.max(widthMin, width), isVerbose };
}
