/**
 * The sizes that figures leave the page in. A picture is laid out for its width; its text has its size there. A slide of
 * 33.9 × 19.05 cm has room for a title above a figure of these measures.
 */
export interface Preset {
  title: string;
  widthMm: number;
  /** No picture is taller. */
  heightMm: number;
  textPt: number;
}

export const presetNames = ['one-column', 'two-columns', 'slide'] as const;
export type PresetName = (typeof presetNames)[number];

export const presets: Readonly<Record<PresetName, Preset>> = {
  'one-column': { title: 'one column, 8.4 cm', widthMm: 84, heightMm: 230, textPt: 8 },
  'two-columns': { title: 'two columns, 17.5 cm', widthMm: 175, heightMm: 230, textPt: 8 },
  slide: { title: 'slide, 28 cm', widthMm: 280, heightMm: 155, textPt: 14 },
};

export const defaultPreset: PresetName = 'two-columns';
