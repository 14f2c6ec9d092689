/** Which measures a run has where nobody asks for all: the quickest, as long as together they stay below a tenth of it. */
import { usualMeasures } from '../../options/measures.ts';
import { measureStages, type MeasureName } from '../../measures/stages.ts';
import { secondsOf, type Workload } from '../../run/stage.ts';
import { expectations, takenMeasures, usualRates, type RunOccasion } from '../stages/stage-table.ts';
import { sum } from '../inputs/stores.ts';

const shareOfRun = 0.1;

/** Two cores of a server, so that a run has the same measures on every machine and when it is repeated. */
const rates = usualRates({ backend: 'wasm', threads: 2 });

/**
 * @param asked what nobody wants is left out of it already.
 * @param load with every row through the encoder.
 * @returns what is left out besides. Times and models without layers, which some runs are asked for, do not count as part of
 *   the run; the geometry that the latter are chosen by does.
 */
export function tooLongMeasures(asked: RunOccasion, load: Workload): MeasureName[] {
  const isOffered = (name: MeasureName): boolean =>
    usualMeasures.includes(name) && !(asked.shortened && name === 'geometry');
  const offered = takenMeasures(asked).filter(isOffered);
  const core = { ...asked, shortened: false, timing: false, leftOut: [...asked.leftOut, ...offered] };
  const before = sum([...expectations(core, load, rates).values()].map(({ seconds }) => seconds));
  const costs = offered.map((name) => ({ name, seconds: secondsOf(measureStages[name].operations(load), rates) }));
  let together = 0;
  const fitting = new Set<MeasureName>();
  for (const { name, seconds } of costs.toSorted((a, b) => a.seconds - b.seconds)) {
    const more = together + seconds;
    if (more >= shareOfRun * (before + more)) break;
    together = more;
    fitting.add(name);
  }
  return offered.filter((name) => !fitting.has(name));
}
