/**
 * The one GPUDevice of a worker, shared by ORT (extraction) and tfjs (probes). Asked with the adapter's full limits:
 * the default 128 MiB a binding is less than one embedding table.
 */
import { WinnowError } from '../../base/errors.ts';

export interface Gpu {
  device: GPUDevice;
  info: GPUAdapterInfo;
  /** A software adapter computes rightly but slower than WebAssembly. */
  software: boolean;
}

/**
 * The adapter that the browser offers, or null when there is none. ONNX Runtime waits for it by JavaScript Promise
 * Integration: a browser without that (Chrome before 137) has none that could be used.
 */
export async function findAdapter(): Promise<GPUAdapter | null> {
  if (!('gpu' in navigator) || !waits()) return null;
  return (await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' })) ?? null;
}

export function isSoftware(info: GPUAdapterInfo): boolean {
  return (
    info.isFallbackAdapter || /swiftshader|llvmpipe|basic render/i.test(`${info.architecture} ${info.description}`)
  );
}

export function adapterName(info: GPUAdapterInfo): string {
  return info.description || [info.vendor, info.architecture].filter(Boolean).join(' ') || 'unnamed adapter';
}

const wantedFeatures: GPUFeatureName[] = ['shader-f16', 'timestamp-query'];
/**
 * ONNX Runtime's attention over 32 tokens and more shuffles eight values within a subgroup and gives wrong numbers where
 * one is smaller, as on the software adapter; without the feature it takes another way.
 */
const leastSubgroup = 8;

/** @throws WinnowError `no-adapter` when this browser offers no WebGPU adapter. */
export async function openGpu(): Promise<Gpu> {
  const adapter = await findAdapter();
  if (!adapter) throw noAdapter();
  const requiredLimits: Record<string, number> = {};
  for (const name in adapter.limits) {
    const value = adapter.limits[name as keyof GPUSupportedLimits];
    if (typeof value === 'number') requiredLimits[name] = value;
  }
  const wide = adapter.info.subgroupMinSize >= leastSubgroup;
  const wanted: GPUFeatureName[] = wide ? [...wantedFeatures, 'subgroups'] : wantedFeatures;
  const requiredFeatures = wanted.filter((feature) => adapter.features.has(feature));
  const device = await adapter.requestDevice({ requiredLimits, requiredFeatures });
  return { device, info: adapter.info, software: isSoftware(adapter.info) };
}

export function noAdapter(): WinnowError {
  const next = waits()
    ? 'Choose WebAssembly, or start Chrome with a graphics driver that supports WebGPU.'
    : 'Choose WebAssembly, or take a current Chrome.';
  return new WinnowError('no-adapter', `T${whyNoAdapter().slice(1)}.`, next);
}

/** As the end of a sentence. */
export function whyNoAdapter(): string {
  if (waits()) return 'this browser offers no WebGPU adapter';
  return 'this browser lacks JavaScript Promise Integration, which WebGPU needs here';
}

function waits(): boolean {
  return 'Suspending' in WebAssembly;
}
