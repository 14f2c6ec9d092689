/** Predictions have no figure of their own: they are read where results are compared. */
import type { Report } from '../report.ts';
import type { Predictions } from './field.ts';

export const predictionsReport: Report<Predictions> = { section: 'neurons' };
