/** In pixels, as a header has it. */
export interface Size {
  readonly width: number;
  readonly height: number;
}
