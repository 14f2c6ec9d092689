/** Which of the dropped adapters is merged into the model, and what is said where none can be. */
import { WinnowError } from '../base/errors.ts';
import { baseName, type SourceFile } from '../base/source-file.ts';
import { isLowRank, readAdapterConfig, type AdapterConfig } from './adapters.ts';
import { isCheckpoint, type AdapterFiles, type ModelFiles } from './model-files.ts';
import type { Notes } from './recognition-notes.ts';
import { readWeightFile } from './weight-file.ts';

interface ChosenAdapter {
  /** null: none was dropped. */
  config: AdapterConfig | null;
  /** null: its tensors lie among the model's. */
  weights: SourceFile | null;
  files: SourceFile[];
}

/** null, with a notice, where an adapter was dropped that cannot be merged. */
export async function chooseAdapter({ adapters }: ModelFiles, note: Notes): Promise<ChosenAdapter | null> {
  if (adapters.length === 0) return { config: null, weights: null, files: [] };
  const finished = adapters.filter(({ folder }) => !isCheckpoint(folder));
  if (finished.length > 1) {
    const message = `Several adapters were dropped: ${finished.map(({ folder }) => `\`${folder || 'the top folder'}\``).join(', ')}.`;
    note.missing.push({
      code: 'bad-option',
      message,
      next: 'Leave the one that is to be merged into the model.',
      path: null,
    });
    return null;
  }
  const [chosen] = adapters;
  if (chosen.config && !chosen.weights) return ofModel(chosen.config, note);
  const config = await note.attempt('weights', chosen.config, 'adapter_config.json', readAdapterConfig);
  if (config === null) return null;
  const files = [chosen.config, chosen.weights].filter((file) => file !== null);
  note.use('weights', files);
  const others = adapters.slice(1).flatMap((other) => [other.config, other.weights].filter((file) => file !== null));
  note.ignore(others, `The adapter in ${chosen.folder || 'the dropped files'} is used.`);
  return { config, weights: chosen.weights, files };
}

/** An adapter_config.json without weights: of tensors among the model's, or left over from an adapter that was merged. */
async function ofModel(config: SourceFile, note: Notes): Promise<ChosenAdapter> {
  try {
    const read = await readAdapterConfig(config);
    note.use('weights', [config]);
    return { config: read, weights: null, files: [config] };
  } catch (error) {
    if (!(error instanceof WinnowError)) throw error;
    note.ignore([config], 'No weights of an adapter lie beside it.');
    return { config: null, weights: null, files: [] };
  }
}

/** A small weight file beside the one that is used may be an adapter (loralib's `lora.pt`): that it is passed over is said. */
export async function adapterPassedOver(
  { weights }: ModelFiles,
  used: readonly SourceFile[],
  note: Notes,
): Promise<void> {
  const bytes = used.reduce((sum, { file }) => sum + file.size, 0);
  for (const { path, file } of weights.flatMap(({ files }) => files)) {
    if (used.some((own) => own.path === path) || file.size > bytes / 2) continue;
    try {
      const { tensors } = await readWeightFile(file);
      if (![...tensors.keys()].some(isLowRank)) continue;
    } catch (error) {
      if (!(error instanceof WinnowError)) throw error;
      continue;
    }
    const message = `\`${baseName(path)}\` holds a LoRA adapter that is not merged: \`${baseName(used[0].path)}\` is used without it.`;
    const next =
      'Merge it where it was trained (loralib: eval(); PEFT: merge_and_unload()) and save the model again, or add the folder of a PEFT adapter with its adapter_config.json.';
    note.notices.push({ code: 'bad-model', message, next, path });
  }
}

/** An export is computed as it stands: an adapter that was dropped beside it would be passed over. */
export function adapterBesideExport({ adapters }: ModelFiles, used: SourceFile, note: Notes): void {
  const weights = adapters.flatMap((adapter) => adapter.weights ?? []).at(0);
  if (!weights) return;
  const message = `\`${baseName(weights.path)}\` is an adapter, and \`${baseName(used.path)}\` is an ONNX export, which no adapter can be merged into.`;
  const next = 'Take the adapter out, or drop the base model as safetensors or as a PyTorch checkpoint.';
  note.missing.push({ code: 'bad-option', message, next, path: weights.path });
}

/** Where an adapter is all that was dropped: what it is of, and what makes it whole. */
export async function adapterAlone([adapter]: readonly AdapterFiles[], note: Notes): Promise<void> {
  const file = adapter.weights ?? adapter.config;
  if (!file) return;
  const before = note.missing.length;
  const config = adapter.config && (await note.attempt('weights', adapter.config, '', readAdapterConfig));
  if (note.missing.length > before) return;
  note.use('weights', [file]);
  const base = config?.base ? `of \`${config.base}\`` : 'of a base model that no file names';
  const message = `\`${baseName(file.path)}\` is a LoRA adapter ${base}, not a model of its own.`;
  const folder = config?.base ? `the folder of ${config.base}` : "the base model's folder";
  const next = `Drop ${folder} too (\`--adapter DIR\` beside \`--model DIR\` on the command line): the adapter is merged here. Or merge it where it was trained, with merge_and_unload(), and drop what save_pretrained writes.`;
  note.missing.push({ code: 'missing-file', message, next, path: file.path });
}
