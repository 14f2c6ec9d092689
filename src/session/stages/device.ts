/**
 * Where a run computes, and what happens when that place is lost: one retry on a new graphics device, then the CPU.
 * A lost device never yields numbers; a stage that it interrupted runs again from what was kept. A card that does not
 * compute what the processor does is left at once.
 */
import { WinnowError } from '../../base/errors.ts';
import {
  allowedDifference,
  probeDifference,
  probeKernelsVersion,
  type CardDifference,
} from '../../compute/agreement.ts';
import { chooseBackend, openDevice } from '../../compute/open.ts';
import type { WorkApart } from '../../compute/threads.ts';
import type { Device } from '../../compute/device.ts';
import { openGpu, type Gpu } from '../../compute/webgpu/gpu.ts';
import type { PlaceFacts } from '../../run/place.ts';
import type { DeviceReport, RunOptions } from '../contract.ts';
import { ProductWorkers } from '../worker/product-workers.ts';
import { Trainers } from '../worker/trainers.ts';
import { cardKey, recallCard, rememberCard } from './card-memory.ts';
import type { Stages } from './stages.ts';

export interface ComputePlace extends Readonly<Pick<DeviceReport, 'backend' | 'threads'>> {
  /** The one device that ORT and tfjs share; null on WASM. */
  readonly gpu: Gpu | null;
}

export class Devices {
  readonly #trainers = new Trainers();
  readonly #products = new ProductWorkers();
  #gpu: Gpu | null = null;
  #losses = 0;
  /** What the card agreed on in this run. */
  readonly #agreed = new Set<string>();

  private constructor(
    public report: DeviceReport,
    private readonly warn: (text: string) => void,
  ) {}

  /** @throws WinnowError `no-adapter` when WebGPU was forced and this browser has none. */
  static async choose(options: RunOptions, warn: (text: string) => void): Promise<Devices> {
    return new Devices(await chooseBackend(options.device, options.threads), warn);
  }

  /** Chooses, says where, and closes them whatever happens. @throws WinnowError as `choose`, and what `work` throws. */
  static async during<T>(
    options: RunOptions,
    { warn, report }: Pick<Stages, 'warn' | 'report'>,
    work: (devices: Devices) => Promise<T>,
  ): Promise<T> {
    const devices = await Devices.choose(options, warn);
    report({ kind: 'device', device: devices.report });
    try {
      return await work(devices);
    } finally {
      devices.close();
    }
  }

  /** Where an earlier run computed. */
  static at(report: DeviceReport, warn: (text: string) => void): Devices {
    return new Devices(report, warn);
  }

  /** Runs `work` where the run computes; after a loss, again on a new device, then on the CPU, and there at once where the card differs. */
  async use<T>(work: (place: ComputePlace) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work(await this.#place());
      } catch (error) {
        if (error instanceof CardDiffers) {
          this.#leaveCard(error.message, 'the graphics card and the processor did not agree');
          continue;
        }
        if (!(error instanceof WinnowError) || error.code !== 'device-lost') throw error;
        // The CPU is the last place: trying it again would never end.
        if (this.report.backend === 'wasm') throw error;
        this.#fallBack();
      }
    }
  }

  /** The same with the device that trains probes and multiplies matrices; it is disposed of afterwards. */
  compute<T>(work: (device: Device) => Promise<T>): Promise<T> {
    return this.use(async ({ backend, threads, gpu }) => {
      const apart: WorkApart = {
        trainerApart: (spec) => this.#trainers.open(spec),
        productsApart: () => this.#products.thread(),
      };
      const device = await openDevice(backend, { threads, apart, ...(gpu ? { gpu } : {}) });
      try {
        await this.agree(`probes ${probeKernelsVersion}`, () => probeDifference(device));
        return await work(device);
      } finally {
        device.dispose();
      }
    });
  }

  /**
   * Whether the card computes what the processor does, found out once a browser; on the processor nothing is done. Only
   * within `use`, which leaves a card that does not.
   * @param subject what is compared, with all that decides its numbers beside card, browser and the graphs' version.
   * @param compare null where it cannot be told: then the run goes on, and the next one asks again.
   */
  async agree(subject: string, compare: () => Promise<CardDifference | null>): Promise<void> {
    const { backend, adapter } = this.report;
    if (backend !== 'webgpu' || this.#agreed.has(subject)) return;
    const key = cardKey({ adapter, browser: browserName() }, subject);
    const earlier = await recallCard(key);
    const found = earlier ?? (await compare());
    if (!found) return;
    if (!earlier) await rememberCard(key, found);
    if (found.relative > allowedDifference) throw new CardDiffers(found, earlier !== null);
    this.#agreed.add(subject);
  }

  close(): void {
    this.#trainers.close();
    this.#products.close();
    this.#gpu?.device.destroy();
    this.#gpu = null;
  }

  async #place(): Promise<ComputePlace> {
    const { backend, threads } = this.report;
    if (backend === 'webgpu') this.#gpu ??= await openGpu();
    return { backend, threads, gpu: this.#gpu };
  }

  #fallBack(): void {
    this.close();
    this.#losses += 1;
    if (this.#losses === 1) return this.warn('The graphics device was lost; the stage was run again on a new one.');
    const said = 'The graphics device was lost twice; the rest of the run was computed with WebAssembly.';
    this.#leaveCard(said, 'the graphics device was lost twice');
  }

  #leaveCard(said: string, reason: string): void {
    this.close();
    this.warn(said);
    this.report = { ...this.report, backend: 'wasm', adapter: null, reason };
  }
}

/** Its message is what the user reads, without the name of the card, which stands where it can be withheld; it never leaves `use`. */
class CardDiffers extends Error {
  constructor({ what, relative }: CardDifference, isEarlier: boolean) {
    const by = Number.isFinite(relative)
      ? `differs by ${relative.toExponential(1)} (relative L2; at most ${allowedDifference} is allowed)`
      : 'is no number on the card';
    const when = isEarlier ? ', as an earlier run in this browser found' : '';
    super(`The graphics card and the processor do not agree${when}: ${what} ${by}. The run goes on with WebAssembly.`);
  }
}

/** As the run file has it. */
export function placeFacts({ backend, adapter, threads, arithmetic }: DeviceReport): PlaceFacts {
  return { backend, adapter, threads, arithmetic, browser: browserName() };
}

function browserName(): string {
  const match = /(Chrome|Firefox|Version)\/[\d.]+/.exec(navigator.userAgent);
  return match ? match[0].replace('/', ' ') : 'unknown';
}
