/** BibTeX entries: a run of Winnow, and the paper that the method is of. */
import { tasks } from '../data/tasks.ts';
import type { RunFile } from '../run/run-file.ts';
import { shownDigits } from './caption.ts';
import { latexText } from './latex.ts';
import { protocolTitle } from './provenance.ts';

export const paperEntry = `@inproceedings{dalvi-etal-2020-analyzing,
  title = {Analyzing Redundancy in Pretrained Transformer Models},
  author = {Dalvi, Fahim and Sajjad, Hassan and Durrani, Nadir and Belinkov, Yonatan},
  booktitle = {Proceedings of the 2020 Conference on Empirical Methods in Natural Language Processing (EMNLP)},
  month = nov,
  year = {2020},
  publisher = {Association for Computational Linguistics},
  pages = {4908--4926},
  doi = {10.18653/v1/2020.emnlp-main.398},
}
`;

/** @param sha256 of the bytes of run.json, which tell this run from any other. */
export function runEntry(run: RunFile, sha256: string): string {
  const { data, model, options, created } = run;
  const seeds = options.seeds.join(', ');
  const fields = {
    title: `{Winnow} analysis of ${latexText(model.name)} on ${latexText(tasks[data.task].title)}`,
    author: '{Winnow}',
    year: created.slice(0, 4),
    note: `${protocolTitle(run)}, seeds ${seeds}; made ${created.slice(0, 10)}; model SHA-256 ${model.sha256}; run.json SHA-256 ${sha256}`,
  };
  const lines = Object.entries(fields).map(([name, value]) => `  ${name} = {${value}},\n`);
  return `@misc{winnow-${sha256.slice(0, shownDigits)},\n${lines.join('')}}\n`;
}
