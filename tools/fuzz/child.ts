/** The process that inputs are fed in: loads what Vite serves to tests, follows one order and ends. */
import { join } from 'node:path';
import { createServer } from 'vite';
import type { follow as Follow, Order, Report } from './judge.ts';

/** Tells the runner's own faults from what an input does to the process. */
const faultOfOurs = 3;
const server = await createServer({
  appType: 'custom',
  configFile: false,
  logLevel: 'error',
  root: join(import.meta.dirname, '../..'),
  optimizeDeps: { noDiscovery: true, include: [] },
  server: { middlewareMode: true, hmr: false, watch: null, ws: false },
});
const { follow } = (await server.ssrLoadModule('/tools/fuzz/judge.ts')) as { follow: typeof Follow };

process.once('disconnect', () => process.exit(1));
process.once('message', (order) => {
  const say = (report: Report): void => void process.send?.(report);
  void follow(order as Order, say).then(
    () => process.exit(0),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(faultOfOurs);
    },
  );
});
process.send?.({ said: 'ready' });
