/** The words that drive neurons have no figure of their own: they stand where these are listed and read out. */
import type { Report } from '../report.ts';
import type { TopWords } from './field.ts';

export const topWordsReport: Report<TopWords> = { section: 'neurons' };
