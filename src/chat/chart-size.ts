/** Width and height of a chart in pixels. */
export type ChartSize = { readonly width: number; readonly height: number };

/** For a wide screen, and for a picture in a chat. */
export const WIDE_CHART: ChartSize = { width: 760, height: 380 };

/** For a phone, where the letters of the wide one would be too small. */
export const NARROW_CHART: ChartSize = { width: 360, height: 280 };
