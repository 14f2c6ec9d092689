/**
 * Finds a Chromium to drive, for the command line and for the tests: CHROMIUM_PATH, an installed Chrome or Chromium,
 * Playwright's own, the npm-packed one. WINNOW_BROWSER=packed goes straight to the packed one. Downloads nothing.
 */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';
import { CommandFailure } from './failure.ts';
import { unpackBrowser } from './packed-browser.ts';

export interface FoundBrowser {
  executablePath: string;
  /** The environment to start it with. */
  env: Record<string, string>;
  origin: 'CHROMIUM_PATH' | 'installed' | 'playwright' | 'packed';
}

const commands = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome'];
const folders = ['/usr/bin', '/usr/local/bin', '/opt/google/chrome', '/snap/bin'];
const programs = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ...['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map((name) =>
    join(process.env[name] ?? '', 'Google/Chrome/Application/chrome.exe'),
  ),
];

export const browserArguments = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** A software WebGPU adapter, so that GPU code runs on machines without one. */
export const softwareGpuArguments = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--ignore-gpu-blocklist',
];

/** A driver's adapter in headless Chrome on Linux, where it is off by default (developer.chrome.com, "Web AI testing"). */
const hardwareGpuArguments = [
  '--enable-unsafe-webgpu',
  '--ignore-gpu-blocklist',
  '--use-angle=vulkan',
  '--enable-features=Vulkan',
  '--disable-vulkan-surface',
];

/** What the browser needs to offer the adapter that a choice of device asks for. */
export function gpuArguments(device: 'auto' | 'webgpu' | 'wasm'): string[] {
  if (device === 'wasm' || process.platform !== 'linux') return [];
  if (hasGraphicsHardware()) return hardwareGpuArguments;
  return device === 'webgpu' ? softwareGpuArguments : [];
}

function hasGraphicsHardware(): boolean {
  const nodes = existsSync('/dev/dri') ? readdirSync('/dev/dri') : [];
  return existsSync('/dev/nvidia0') || nodes.some((name) => name.startsWith('renderD'));
}

/** @throws CommandFailure `no-browser` when CHROMIUM_PATH names nothing, or when there is no browser at all. */
export async function findBrowser(environment: NodeJS.ProcessEnv = process.env): Promise<FoundBrowser> {
  const env = definedIn(environment);
  if (env.WINNOW_BROWSER === 'packed') return packed(env);
  const chosen = env.CHROMIUM_PATH;
  if (chosen) {
    if (existsSync(chosen)) return { executablePath: chosen, env, origin: 'CHROMIUM_PATH' };
    const next = 'Point CHROMIUM_PATH at a Chrome or Chromium program, or unset it.';
    throw new CommandFailure('no-browser', `CHROMIUM_PATH is "${chosen}", and there is no such file.`, next);
  }
  const found = findInstalled(env.PATH ?? '');
  if (found) return { executablePath: found, env, origin: 'installed' };
  if (existsSync(chromium.executablePath())) {
    return { executablePath: chromium.executablePath(), env, origin: 'playwright' };
  }
  return packed(env);
}

function findInstalled(path: string): string | undefined {
  const searched = [...path.split(delimiter).filter(Boolean), ...folders];
  const candidates = commands.flatMap((command) => searched.map((folder) => join(folder, command)));
  return [...candidates, ...programs].find((candidate) => existsSync(candidate));
}

async function packed(env: Record<string, string>): Promise<FoundBrowser> {
  const browser = await unpackBrowser();
  return { executablePath: browser.executablePath, env: { ...env, ...browser.env }, origin: 'packed' };
}

function definedIn(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] != null));
}
