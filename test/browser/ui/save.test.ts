/** Activations into a file: what is asked for, how far it is, where it lands, and that nothing half-written stays. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { WinnowError } from '../../../src/base/errors.ts';
import type { FakeSession } from './fake-session.ts';
import { drop, forgetEverything, openPage, textFile } from './page.ts';
import { labelledInspection, sampleRun } from './samples.ts';

const folder = await navigator.storage.getDirectory();
const bytes = new Uint8Array(3_000_000).map((_, index) => index % 251);

type Handle = FileSystemFileHandle & { remove(): Promise<void> };
type Picker = (options: { suggestedName: string }) => Promise<Partial<Handle>>;

/** Files in the browser's own folder stand for those that a dialog gives; they are real files with the real interface. */
async function fileHandle(name: string): Promise<Handle> {
  return (await folder.getFileHandle(name, { create: true })) as Handle;
}

/** How often the dialog was opened. */
let asked = 0;

function dialogGives(picker: Picker): void {
  asked = 0;
  vi.stubGlobal('showSaveFilePicker', (options: { suggestedName: string }) => {
    asked += 1;
    return picker(options);
  });
}

/** A file of which something goes wrong while it is written. */
async function faultyHandle(name: string, createWritable: () => Promise<WritableStream>): Promise<Partial<Handle>> {
  const handle = await fileHandle(name);
  const getFile = () => handle.getFile();
  const remove = () => handle.remove();
  return { name, getFile, remove, createWritable: createWritable as FileSystemFileHandle['createWritable'] };
}

async function namesInFolder(): Promise<string[]> {
  const names: string[] = [];
  for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) names.push(name);
  return names;
}

async function contents(name: string): Promise<Uint8Array> {
  return new Uint8Array(await (await (await fileHandle(name)).getFile()).arrayBuffer());
}

/** Byte by byte here: a matcher takes seconds for three million. */
async function isWhole(name: string): Promise<boolean> {
  const found = await contents(name);
  return found.length === bytes.length && found.every((byte, index) => byte === bytes[index]);
}

beforeEach(async () => {
  await forgetEverything();
  for (const name of await namesInFolder()) await folder.removeEntry(name);
  dialogGives(({ suggestedName }) => fileHandle(suggestedName));
  // A click counts for some seconds, and a busy machine may take longer than that between two lines of a test.
  vi.spyOn(navigator.userActivation, 'isActive', 'get').mockReturnValue(true);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const panel = page.getByTestId('save-activations');

async function openPanel(): Promise<FakeSession> {
  const session = await openPage();
  drop(textFile('train.tsv'));
  await panel.getByText('Save the activations').click();
  return session;
}

async function startMaking(): Promise<FakeSession> {
  const session = await openPanel();
  await page.getByTestId('save').click();
  await expect.poll(() => session.extractions.length).toBe(1);
  return session;
}

describe('what is asked for', () => {
  it('is the file and the format that were chosen, under a name that opening them again understands', async () => {
    const session = await openPanel();
    await expect.element(panel).toHaveTextContent('2 000 × 4 × 32, 1.02 MB as float32');
    await page.getByTestId('save-role').selectOptions('dev');
    await page.getByTestId('save-format').selectOptions('neurox-hdf5');
    await expect.element(panel).toHaveTextContent('200 × 4 × 32');
    await page.getByTestId('save').click();
    await expect.poll(() => session.extractions.length).toBe(1);
    expect(session.extractions[0]).toMatchObject({ role: 'dev', format: 'neurox-hdf5', options: { maxLength: 64 } });
    session.making?.resolve(new Blob([bytes]));
    const name = 'winnow-sst-2-tiny-bert-dev.hdf5';
    await expect.element(page.getByTestId('save-done')).toHaveTextContent(`${name} is saved, 3.00 MB.`);
    expect(await namesInFolder()).toEqual([name]);
    expect(await isWhole(name)).toBe(true);
  });

  it('takes the first rows of the train file only', async () => {
    const session = await openPanel();
    await page.getByText('Change the options').click();
    await page.getByTestId('option-rows').fill('100');
    await page.getByTestId('save').click();
    await expect.poll(() => session.extractions[0]?.options.rows).toBe(100);
    await page.getByTestId('save-cancel').click();
    await page.getByTestId('save-role').selectOptions('dev');
    await page.getByTestId('save').click();
    await expect.poll(() => session.extractions[1]?.options.rows).toBeNull();
  });

  it('counts words where words are labelled', async () => {
    const session = await openPage();
    session.inspection = labelledInspection;
    drop(textFile('own-train.conllu'));
    await panel.getByText('Save the activations').click();
    await expect.element(panel).toHaveTextContent('every word in every layer');
    await expect.element(panel).toHaveTextContent('148 140 × 4 × 32');
  });
});

describe('while it goes on', () => {
  it('shows stage, rate and time left, and no run can start', async () => {
    const session = await startMaking();
    const progress = { done: 500, total: 2000, share: 0.25, unit: 'rows', rate: 100, secondsLeft: 15 };
    session.making?.report({ kind: 'progress', stage: 'extract', ...progress });
    const text = page.getByTestId('save-progress');
    await expect.element(text).toHaveTextContent('Extract every layer');
    await expect.element(text).toHaveTextContent('500 of 2 000 rows · 100 rows a second · about 15 s left');
    await expect.element(page.getByTestId('run')).toBeDisabled();
    session.making?.report({ kind: 'warning', text: '2 sentences left out.' });
    await expect.element(panel).toHaveTextContent('2 sentences left out.');
    session.making?.report({ kind: 'stage', stage: 'write', state: 'started', ms: 0 });
    await expect.element(text).toHaveTextContent('Write the file');
  });

  it('is cancelled at once', async () => {
    const session = await startMaking();
    await page.getByTestId('save-cancel').click();
    await expect.element(page.getByTestId('save')).toBeEnabled();
    await expect.element(page.getByTestId('run')).toBeEnabled();
    session.making?.resolve(new Blob([bytes]));
    await expect.element(page.getByText('Cancelled. What was extracted is kept.')).toBeInTheDocument();
    expect(await namesInFolder()).toEqual([]);
  });

  it('says what the engine refuses', async () => {
    const session = await startMaking();
    session.making?.reject(new WinnowError('out-of-memory', 'The HDF5 file could not be written.', 'Save as .npy.'));
    await expect.element(panel.getByRole('alert')).toHaveTextContent('could not be written. Save as .npy.');
    await expect.element(page.getByTestId('save')).toBeEnabled();
  });

  it('waits for a click when it took so long that no dialog may open', async () => {
    const session = await startMaking();
    vi.spyOn(navigator.userActivation, 'isActive', 'get').mockReturnValue(false);
    session.making?.resolve(new Blob([bytes]));
    await expect.element(panel).toHaveTextContent('winnow-sst-2-tiny-bert-train.safetensors is ready');
    expect(asked).toBe(0);
    vi.restoreAllMocks();
    await page.getByTestId('save-place').click();
    await expect.element(page.getByTestId('save-done')).toBeVisible();
    expect(await isWhole('winnow-sst-2-tiny-bert-train.safetensors')).toBe(true);
  });
});

describe('when it cannot be written', () => {
  it('keeps the file when the dialog is closed', async () => {
    dialogGives(() => Promise.reject(new DOMException('The user aborted a request.', 'AbortError')));
    const session = await startMaking();
    session.making?.resolve(new Blob([bytes]));
    await expect.element(page.getByTestId('save-place')).toBeVisible();
    await panel.getByRole('button', { name: 'Discard' }).click();
    await expect.element(page.getByTestId('save')).toBeVisible();
  });

  it('says that permission was refused, leaves no empty file, and saves again elsewhere', async () => {
    const refuse = () => Promise.reject(new DOMException('not granted', 'NotAllowedError'));
    dialogGives(({ suggestedName }) => faultyHandle(suggestedName, refuse));
    const session = await startMaking();
    session.making?.resolve(new Blob([bytes]));
    await expect.element(panel.getByRole('alert')).toHaveTextContent('the browser was not allowed to write there.');
    expect(await namesInFolder()).toEqual([]);
    dialogGives(() => fileHandle('elsewhere.safetensors'));
    await page.getByTestId('save-place').click();
    await expect.element(page.getByTestId('save-done')).toHaveTextContent('elsewhere.safetensors is saved');
    expect(session.extractions).toHaveLength(1);
  });

  it('says that the disk is full and leaves nothing', async () => {
    const full = () => Promise.reject(new DOMException('', 'QuotaExceededError'));
    const fillsUp = () => Promise.resolve(new WritableStream({ write: full }));
    dialogGives(({ suggestedName }) => faultyHandle(suggestedName, fillsUp));
    const session = await startMaking();
    session.making?.resolve(new Blob([bytes]));
    await expect.element(panel.getByRole('alert')).toHaveTextContent('the disk has no room for its 3.00 MB.');
    await expect.element(panel.getByRole('alert')).toHaveTextContent('A file that it was to replace is gone');
    expect(await namesInFolder()).toEqual([]);
  });

  it('leaves a file that was there before as it was', async () => {
    const old = await fileHandle('winnow-sst-2-tiny-bert-train.safetensors');
    const writer = await old.createWritable();
    await writer.write('old');
    await writer.close();
    const fails = () => Promise.resolve(new WritableStream({ write: () => Promise.reject(new Error('unplugged')) }));
    dialogGives(({ suggestedName }) => faultyHandle(suggestedName, fails));
    const session = await startMaking();
    session.making?.resolve(new Blob([bytes]));
    await expect.element(panel.getByRole('alert')).toHaveTextContent('the browser stopped writing (unplugged).');
    await expect.element(panel.getByRole('alert')).not.toHaveTextContent('it was to replace');
    expect(new TextDecoder().decode(await contents(old.name))).toBe('old');
  });

  it('says why writing stopped, even while the next piece is being read', async () => {
    const fails = () => Promise.resolve(new WritableStream({ write: () => Promise.reject(new Error('unplugged')) }));
    dialogGives(({ suggestedName }) => faultyHandle(suggestedName, fails));
    const session = await startMaking();
    const blob = new Blob([bytes]);
    blob.stream = () =>
      new ReadableStream({
        start: (controller) => controller.enqueue(bytes.subarray(0, 1000)),
        pull: () => new Promise(() => undefined),
      });
    session.making?.resolve(blob);
    await expect.element(panel.getByRole('alert')).toHaveTextContent('the browser stopped writing (unplugged).');
  });

  it('stops writing on Cancel', async () => {
    let aborted = false;
    let endWrite = (): void => undefined;
    const firstWrite = new Promise<void>((resolve) => (endWrite = resolve));
    const slow = () =>
      Promise.resolve(new WritableStream({ write: () => firstWrite, abort: () => void (aborted = true) }));
    dialogGives(({ suggestedName }) => faultyHandle(suggestedName, slow));
    const session = await startMaking();
    session.making?.resolve(new Blob(Array.from({ length: 20 }, () => bytes)));
    await expect.element(page.getByTestId('save-progress')).toHaveTextContent('of 60 000 kB');
    await page.getByTestId('save-cancel').click();
    // A stream is aborted once the write that is under way has ended.
    endWrite();
    await expect.element(page.getByTestId('save-place')).toBeVisible();
    expect(aborted).toBe(true);
    expect(await namesInFolder()).toEqual([]);
  });
});

describe('a finished run', () => {
  it('offers the activations that it was made of', async () => {
    const session = await openPage();
    drop(textFile('train.tsv'));
    await page.getByTestId('run').click();
    await expect.poll(() => session.requests.length).toBe(1);
    session.finish(sampleRun('tiny-bert'));
    await expect.element(page.getByTestId('answer')).toBeVisible();
    await panel.getByText('Save the activations').click();
    await page.getByTestId('save').click();
    await expect.poll(() => session.extractions.length).toBe(1);
    expect(session.extractions[0]).toMatchObject({ ...session.requests[0], role: 'train', format: 'safetensors' });
  });
});
