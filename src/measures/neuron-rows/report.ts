/** Rows of neurons have no figure of their own: they stand on a neuron's card. */
import type { Report } from '../report.ts';
import type { LeadingRows } from './field.ts';

export const neuronRowsReport: Report<LeadingRows> = { section: 'neurons' };
