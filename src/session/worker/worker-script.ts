/**
 * A worker's script behind a blob: address. Chrome gives a worker from a plain address no part of the page's <meta>
 * policy, so it could connect anywhere; one from a blob: address inherits it. Lives as long as the page.
 */
export function workerScript(address: string): string {
  const script = `import ${JSON.stringify(new URL(address, import.meta.url).href)};`;
  return URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
}
