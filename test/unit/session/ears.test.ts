/** Events of a call come in their order, and its port does not outlive it. */
import { expect, test, vi } from 'vitest';
import { heard, withEars } from '../../../src/session/worker/ears.ts';

/** As a call to a worker: what stands for the function is transferred. */
function channelled(work: (report: (event: number) => void) => Promise<string>) {
  const served = withEars((report) => work(report as (event: number) => void));
  const closed = vi.spyOn(MessagePort.prototype, 'close');
  const heardEvents: number[] = [];
  const answer = heard(
    (event: number) => heardEvents.push(event),
    (ear) => {
      const { port1, port2 } = new MessageChannel();
      return new Promise<string>((resolve, reject) => {
        port1.onmessage = ({ data }) => {
          port1.onmessage = null;
          served(data).then(resolve, reject);
        };
        port2.postMessage(ear, [ear]);
      });
    },
  );
  return { answer, heardEvents, closed };
}

test('all events are heard, the last ones too, and then both ends are closed', async () => {
  const { answer, heardEvents, closed } = channelled(async (report) => {
    report(1);
    await Promise.resolve();
    report(2);
    return 'done';
  });
  expect(await answer).toBe('done');
  await vi.waitFor(() => expect(closed).toHaveBeenCalledTimes(2));
  expect(heardEvents).toEqual([1, 2]);
  closed.mockRestore();
});

test('a call that fails closes its port, whether the worker still speaks or not', async () => {
  const closed = vi.spyOn(MessagePort.prototype, 'close');
  const ended = heard(
    () => undefined,
    () => Promise.reject(new Error('ended')),
  );
  await expect(ended).rejects.toThrow('ended');
  expect(closed).toHaveBeenCalledOnce();
  closed.mockRestore();
});
