/** How a reduced model is used, as code that runs: the parts of its card that a reader copies. */
import { markdownCode } from '../format/markdown.ts';
import type { ReducedRecord } from './record.ts';

function code(language: string, ...lines: string[]): string {
  return [`\`\`\`${language}`, ...lines, '```'].join('\n');
}

const labelLine = "labels = [config['id2label'][str(i)] for i in range(config['num_labels'])]";

/** With ONNX Runtime, whatever the model. */
export function pythonUse({ task, graphs }: ReducedRecord, spaceBeforeWords: boolean): string {
  const labelling = task.kind === 'labelling';
  const tokenizer =
    labelling && spaceBeforeWords
      ? 'tokenizer = AutoTokenizer.from_pretrained(folder, add_prefix_space=True)'
      : 'tokenizer = AutoTokenizer.from_pretrained(folder)';
  const texts = labelling
    ? 'tokenizer([["A", "sentence", "in", "words"]], is_split_into_words=True, padding=True, return_tensors="np")'
    : `tokenizer(["A text."], ${task.pairs ? '["Its second."], ' : ''}padding=True, truncation=True, return_tensors="np")`;
  const answer =
    task.labels === null
      ? ['print(logits[:, 0])']
      : labelling
        ? [
            'for word, values in zip(rows.word_ids(0), logits[0]):',
            '    if word is not None:',
            '        print(word, labels[values.argmax()])',
          ]
        : ['print([labels[values.argmax()] for values in logits])'];
  return [
    '### Python, with ONNX Runtime',
    code(
      'python',
      'import json',
      'import numpy as np',
      'import onnxruntime',
      'from transformers import AutoTokenizer',
      '',
      'folder = "."',
      tokenizer,
      `session = onnxruntime.InferenceSession(f"{folder}/${graphs[0].path}")`,
      ...(task.labels === null
        ? []
        : ['config = json.load(open(f"{folder}/config.json", encoding="utf-8"))', labelLine]),
      `rows = ${texts}`,
      'blank = np.zeros_like(rows["input_ids"])',
      'fed = {i.name: rows.get(i.name, blank).astype(np.int64) for i in session.get_inputs()}',
      'logits = session.run(["logits"], fed)[0]',
      ...answer,
    ),
    ...(labelling
      ? ['A word of several subwords has logits for each of them; the ones named above stand for it.']
      : []),
  ].join('\n\n');
}

/** With the class of transformers. */
export function standardUse(
  { task }: ReducedRecord,
  { className, error, range }: { className: string; error: number; range: number },
): string {
  const labelling = task.kind === 'labelling';
  const text = labelling || !task.pairs ? '"A text."' : '"A text.", "Its second."';
  const auto = `AutoModelFor${labelling ? 'Token' : 'Sequence'}Classification`;
  const exact =
    error === 0
      ? `\`model.safetensors\` holds it as ${markdownCode(className)}: all of its neurons lie in its last layer.`
      : `\`model.safetensors\` holds it as ${markdownCode(className)}: all of its neurons lie in its last layer, and the activation of the class works in its linear range. Logits up to ±${range} differ from the linear map by less than ${error.toExponential(1)}.`;
  return [
    '### Python, with transformers',
    exact,
    code(
      'python',
      'import torch',
      `from transformers import ${auto}, AutoTokenizer`,
      '',
      'folder = "."',
      `model = ${auto}.from_pretrained(folder)`,
      'tokenizer = AutoTokenizer.from_pretrained(folder)',
      'with torch.no_grad():',
      `    print(model(**tokenizer(${text}, return_tensors="pt")).logits)`,
    ),
  ].join('\n\n');
}

/** With transformers.js. */
export function browserUse({ task, maxLength, name }: ReducedRecord): string {
  const folder = JSON.stringify(/^[\w.-]+$/.test(name) ? name : 'reduced');
  const start = ['env.allowLocalModels = true;', 'env.allowRemoteModels = false;', "env.localModelPath = './models/';"];
  const labelling = task.kind === 'labelling';
  const lines =
    labelling || (task.labels !== null && !task.pairs)
      ? [
          "import { env, pipeline } from '@huggingface/transformers';",
          '',
          ...start,
          `const classify = await pipeline('${labelling ? 'token' : 'text'}-classification', ${folder});`,
          `console.log(await classify('A text.'${labelling ? ', { ignore_labels: [] }' : ''}));`,
        ]
      : [
          "import { AutoModelForSequenceClassification, AutoTokenizer, env } from '@huggingface/transformers';",
          '',
          ...start,
          `const tokenizer = await AutoTokenizer.from_pretrained(${folder});`,
          `const model = await AutoModelForSequenceClassification.from_pretrained(${folder});`,
          task.pairs
            ? "const rows = tokenizer('A text.', { text_pair: 'Its second.', return_token_type_ids: true });"
            : "const rows = tokenizer('A text.', { return_token_type_ids: true });",
          'const { logits } = await model(rows);',
          'console.log(logits.tolist());',
        ];
  return [
    '### transformers.js',
    `This folder as \`models/${JSON.parse(folder) as string}\`:`,
    code('js', ...lines),
    `transformers.js cuts a text of more than ${maxLength} tokens at its end, the special token there included; Python and Winnow cut before that token. Its tokenizers are a library of their own: odd texts may get other tokens there.`,
  ].join('\n\n');
}
