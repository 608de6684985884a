/** Of a chart, in pixels; it reads well at half of it on a phone. */
export const CHART_SIZE = { width: 760, height: 380 } as const;
