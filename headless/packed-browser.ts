/**
 * The Chromium that npm carries (@sparticuz/chromium, linux x64): unpacked once under node_modules/.cache with its own
 * NSS libraries and fonts. Only its files are used, never its launch arguments: those break cross-origin isolation.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CommandFailure } from './failure.ts';
import { root } from './serve.ts';

const advice = 'Install Chrome or Chromium, or point CHROMIUM_PATH at one.';

/** Unpacks into the folder TMPDIR names; the execution environment makes it add the libraries that a bare system lacks. */
const unpackScript = `import chromium from '@sparticuz/chromium'; await chromium.executablePath();`;
const unpackEnvironment = { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' };

/** @throws CommandFailure `no-browser` where the package is not installed or its program does not fit the machine. */
export async function unpackBrowser(): Promise<{ executablePath: string; env: Record<string, string> }> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    const message = `No Chrome or Chromium was found, and the one that npm carries does not run on ${process.platform} ${process.arch}.`;
    throw new CommandFailure('no-browser', message, advice);
  }
  const folder = join(root, 'node_modules/.cache/winnow', `chromium-${await packedVersion()}`);
  if (!existsSync(folder)) await unpackInto(folder);
  const libraries = [join(folder, 'al2023/lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  return {
    executablePath: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: join(folder, 'fonts.conf') },
  };
}

async function packedVersion(): Promise<string> {
  try {
    const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
    const manifest = JSON.parse(await readFile(join(entry, '../../../package.json'), 'utf8')) as { version: string };
    return manifest.version;
  } catch (cause) {
    const message = 'No Chrome or Chromium was found, and the one that npm carries is not installed.';
    throw new CommandFailure('no-browser', message, `${advice} Or run npm ci again with optional packages.`, cause);
  }
}

/** Unpacked beside and renamed, so that two commands at once, or one that was stopped, leave no half-unpacked browser. */
async function unpackInto(folder: string): Promise<void> {
  await mkdir(join(folder, '..'), { recursive: true });
  const unpacked = await mkdtemp(`${folder}-`);
  try {
    const env = { ...process.env, ...unpackEnvironment, TMPDIR: unpacked };
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', unpackScript], { cwd: root, env });
    await writeFile(join(unpacked, 'fonts.conf'), fontConfiguration(folder));
    await rename(unpacked, folder);
  } catch (cause) {
    if (existsSync(folder)) return;
    throw new CommandFailure('no-browser', 'The Chromium that npm carries could not be unpacked.', advice, cause);
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

/** The package's own configuration names folders of its own; with those, text has no size. */
function fontConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${folder}/font-cache</cachedir>
</fontconfig>
`;
}
