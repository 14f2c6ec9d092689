/**
 * A file of activations, or several that hold a layer each, as NeuroX's `decompose_layers` (`train-layer0.hdf5`, …) and
 * ELMoForManyLangs (`train.ly0.hdf5`) write them: told by their names, read as one.
 */
import { baseName } from '../../base/source-file.ts';
import type { DroppedFile } from '../../data/cards.ts';
import { joinLayers } from '../../format/joined-layers.ts';
import type { OpenOptions } from './codec.ts';
import { openActivations, type OpenActivationFile } from './open.ts';

export interface VectorFile extends DroppedFile {
  /** The files of the further layers, in order; absent: this one holds all. */
  layerFiles?: readonly DroppedFile[];
}

const layerName = /[-._](?:layer|ly)[-_]?(\d+)(?=\.[^/]*$)/i;

function layerOf(path: string): number {
  return Number(layerName.exec(path)?.[1] ?? 0);
}

/** Files whose names differ by the number of a layer alone become one, in the place of the first of them. */
export function groupLayers(files: readonly DroppedFile[]): VectorFile[] {
  const groups = new Map<string, DroppedFile[]>();
  for (const file of files) {
    const stem = layerName.test(file.path) ? `${file.path.replace(layerName, '')} in layers` : file.path;
    groups.set(stem, [...(groups.get(stem) ?? []), file]);
  }
  return [...groups.values()].map((group) => {
    const [first, ...layerFiles] = group.toSorted((a, b) => layerOf(a.path) - layerOf(b.path));
    return layerFiles.length === 0 ? first : { ...first, layerFiles };
  });
}

/** All files that it consists of. */
export function vectorParts({ path, file, layerFiles = [] }: VectorFile): DroppedFile[] {
  return [{ path, file }, ...layerFiles];
}

/** Opens the file or all its layers; close it when done. @throws as `openActivations` and `joinLayers`. */
export async function openVectors(vectorFile: VectorFile, options: OpenOptions): Promise<OpenActivationFile> {
  if (!vectorFile.layerFiles) return openActivations(vectorFile.file, options);
  const opened: { index: number; file: OpenActivationFile }[] = [];
  try {
    for (const { path, file } of vectorParts(vectorFile)) {
      opened.push({ index: layerOf(path), file: await openActivations(file, { ...options, layers: null }) });
    }
    const whole = baseName(vectorFile.path).replace(layerName, (mark) => mark.replace(/\d+$/, 'N'));
    return { ...joinLayers(whole, opened), format: opened[0].file.format };
  } catch (error) {
    for (const { file } of opened) file.close();
    throw error;
  }
}
