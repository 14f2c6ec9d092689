/** The sections of a result: their names in addresses and publications, as questions, and in a word or two for a bar. */
export const sectionNames = ['layers', 'similarity', 'geometry', 'clusters', 'neurons', 'savings', 'made'] as const;
export type SectionName = (typeof sectionNames)[number];

export const sectionTexts: Readonly<Record<SectionName, { title: string; short: string }>> = {
  layers: { title: 'Which layers know the task?', short: 'Layers that know' },
  similarity: { title: 'Which layers say the same?', short: 'Layers alike' },
  geometry: { title: 'How are the layers built?', short: 'Layers built' },
  clusters: { title: 'Which neurons say the same?', short: 'Neurons alike' },
  neurons: { title: 'Which neurons do the work?', short: 'Neurons at work' },
  savings: { title: 'What does it save?', short: 'What it saves' },
  made: { title: 'How was this made?', short: 'How it was made' },
};
