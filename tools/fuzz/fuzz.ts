/**
 * `npm run fuzz`: mutated inputs for every parser and for whole drops, until the time or the count is over. Every failing
 * input is written into a folder; `--replay FILE` tries one of them again.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzz, replay, usualFeed, type Finding } from './supervisor.ts';

const usage = `npm run fuzz -- [--minutes N] [--count N] [--seed S] [--from N] [--only NAME] [--out DIR]
npm run fuzz -- --replay FILE
  --minutes N   stop after so long (10; without an end where --count is given)
  --count N     stop after so many inputs
  --seed S      a whole number; the same one gives the same inputs (from the clock)
  --from N      begin with input N of the seed (0)
  --only NAME   one target alone (test/fuzz/targets)
  --out DIR     where failing inputs are written (node_modules/.cache/winnow/fuzz)
  --replay FILE try one of them again; exit code 1 when it fails
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    count: { type: 'string' },
    seed: { type: 'string' },
    from: { type: 'string' },
    only: { type: 'string' },
    out: { type: 'string' },
    replay: { type: 'string' },
    help: { type: 'boolean' },
  },
});

function numberOf(name: 'minutes' | 'count' | 'seed' | 'from', otherwise: number): number {
  const value = values[name] === undefined ? otherwise : Number(values[name]);
  if (value >= 0) return value;
  process.stderr.write(`--${name} is a number from 0.\n${usage}`);
  process.exit(2);
}

function line({ kind, target, index, detail, file, confirmed }: Finding): string {
  const where = file === null ? 'the page ends its worker' : file;
  const alone = confirmed ? '' : ' (not when it was tried alone)';
  return `${kind}${alone}: input ${index}, ${target}, ${detail.split('\n')[0]}, ${where}\n`;
}

if (values.help) process.stdout.write(usage);
else if (values.replay !== undefined) {
  const fault = await replay(resolve(values.replay));
  process.stdout.write(fault ? `${fault.kind}: ${fault.detail}\n` : 'A value or a refusal, in time.\n');
  process.exitCode = fault ? 1 : 0;
} else {
  const seed = Math.floor(numberOf('seed', Date.now() % 2 ** 31));
  const minutes = numberOf('minutes', values.count === undefined ? 10 : Infinity);
  const started = Date.now();
  let toldAt = started;
  process.stdout.write(`seed ${seed}\n`);
  const { done, byTarget, findings } = await fuzz(
    {
      seed,
      folder: resolve(values.out ?? join(import.meta.dirname, '../../node_modules/.cache/winnow/fuzz')),
      first: numberOf('from', 0),
      count: numberOf('count', Number.MAX_SAFE_INTEGER),
      until: started + minutes * 60_000,
      tell(count, found) {
        if (Date.now() - toldAt < 15_000) return;
        toldAt = Date.now();
        process.stdout.write(
          `${count} inputs, ${Math.round(count / ((toldAt - started) / 1000))} a second, ${found} found\n`,
        );
      },
    },
    { ...usualFeed, only: values.only ?? null },
  );
  for (const [name, count] of byTarget) process.stdout.write(`${String(count).padStart(9)} ${name}\n`);
  for (const finding of findings) process.stdout.write(line(finding));
  const faults = findings.filter(({ kind }) => kind !== 'ended');
  const ended = findings.length - faults.length;
  process.stdout.write(
    `seed ${seed}: ${done} inputs in ${Math.round((Date.now() - started) / 1000)} s, ${faults.length} failed` +
      `${ended > 0 ? `; ${ended} times a library was ended, as the page does` : ''}\n`,
  );
  process.exitCode = faults.length > 0 ? 1 : 0;
}
