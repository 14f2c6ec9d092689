/** The least that multiplications take: fused multiply-adds that never leave the registers, on as many threads. */
import boundModule from './bound.as.ts?wasm=relaxed-simd';
import { timed } from './clock.ts';

/** Numbers of a vector. */
const lanes = { doubles: 2, floats: 4 } as const;
const vectorsARound = 8;
const rounds = 1e8;

const script = `onmessage = async ({ data: { bytes, kind, rounds } }) => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { instance } = await WebAssembly.instantiate(bytes, { env: { memory } });
  const work = instance.exports[kind];
  // Until the faster of the browser's two compilers is through with it.
  for (let i = 0; i < 50; i++) {
    work(1e6);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  postMessage('ready');
  onmessage = () => { work(rounds); postMessage('done'); };
};`;

/** Seconds of so many multiply-adds. */
export async function boundSeconds(
  kind: keyof typeof lanes,
  multiplications: number,
  threads: number,
): Promise<number> {
  const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const workers = Array.from({ length: threads }, () => new Worker(address));
  const answers = (message: unknown): Promise<unknown> =>
    Promise.all(
      workers.map(
        (worker) =>
          new Promise((resolve) => {
            worker.onmessage = resolve;
            worker.postMessage(message);
          }),
      ),
    );
  await answers({ bytes: boundModule, kind, rounds });
  const { seconds } = await timed(() => answers('go'));
  workers.forEach((worker) => worker.terminate());
  return (multiplications / (threads * rounds * vectorsARound * lanes[kind])) * seconds;
}
