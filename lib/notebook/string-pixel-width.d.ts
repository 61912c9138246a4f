declare module "string-pixel-width" {
  /** Width in pixels of a line of text, from the font's advance widths. */
  function pixelWidth(text: string, settings: { font: string; size: number; bold?: boolean }): number;
  export = pixelWidth;
}
