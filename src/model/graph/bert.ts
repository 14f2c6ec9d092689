/** BERT (Devlin et al. 2019), and MiniLM, which is BERT with fewer and narrower layers. */
import { bertShaped, type LayerNames } from './bert-shaped.ts';

export const bert = bertShaped({ names: bertNames });

/** Names as `BertModel` of transformers saves them; several others kept them. */
export function bertNames(layer: number): LayerNames {
  const name = `encoder.layer.${layer}`;
  return {
    query: `${name}.attention.self.query`,
    key: `${name}.attention.self.key`,
    value: `${name}.attention.self.value`,
    output: `${name}.attention.output.dense`,
    outputNorm: `${name}.attention.output.LayerNorm`,
    wide: `${name}.intermediate.dense`,
    narrow: `${name}.output.dense`,
    norm: `${name}.output.LayerNorm`,
  };
}
