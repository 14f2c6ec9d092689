/** What the arguments of `publish` mean, and the list of results that it reads in place of some of them. */
import * as v from 'valibot';
import { WinnowError } from '../src/base/errors.ts';
import { siteForms, type SiteForm } from '../src/publication/hosted.ts';
import { titleSchema } from '../src/publication/publication.ts';
import { revealedKinds } from '../src/publication/run-texts.ts';
import { sectionNames } from '../src/report/sections.ts';
import { CommandLine, usageFailure } from './command-line.ts';
import type { HostedOrder } from './hosted-inputs.ts';
import type { FlagName } from './flags.ts';
import { revealedOf, titleIn } from './report-options.ts';

export interface PublishCommand {
  orders: HostedOrder[];
  /** A file with the results in place of `orders`; null: there is none. */
  list: string | null;
  out: string;
  force: boolean;
  /** null: as much as there is something for. */
  form: SiteForm | null;
}

/** Of one result: of several each needs its own. */
const ofOne = ['title', 'note', 'reduced', 'model', 'data'] as const satisfies readonly FlagName[];

/** `--help` gives null. @throws CommandFailure `usage`. */
export function parsePublish(args: string[]): PublishCommand | { check: string } | null {
  const line = new CommandLine(args, 'publish');
  const runs = line.operands;
  if (line.has('help')) return null;
  const check = line.text('check');
  if (check !== null) return { check };
  const list = line.text('list');
  const taken = [...ofOne, 'sections', 'reveal', 'present'] as const;
  const beside = list === null ? undefined : taken.find((name) => line.has(name));
  if (list !== null && (runs.length > 0 || beside !== undefined)) {
    const other = runs.length > 0 ? 'run files' : `--${beside}`;
    throw usageFailure(`--list and ${other} exclude each other.`, 'Write it into the list.');
  }
  if (list === null && runs.length === 0) throw usageFailure('No run is named.', 'Name one, for example out/run.json.');
  const single = ofOne.find((name) => line.has(name));
  if (runs.length > 1 && single !== undefined)
    throw usageFailure(`--${single} is of one result.`, 'Publish several by --list, which has a line for each.');
  if (line.has('model') !== line.has('data'))
    throw usageFailure('--model and --data go together.', 'Name both, or neither.');
  const common = {
    sections: line.choices('sections', sectionNames),
    revealed: revealedOf(line),
    present: line.has('present'),
    ...{ title: titleIn(line), note: line.text('note'), reduced: line.text('reduced') },
    ...{ model: line.text('model'), data: line.text('data') },
  };
  return {
    orders: runs.map((run) => ({ run, ...common })),
    ...{ list, out: line.required('out'), force: line.has('force'), form: line.choice('form', siteForms) },
  };
}

const text = v.pipe(v.string(), v.minLength(1));
const maybe = v.optional(v.nullable(text), null);
const listSchema = v.pipe(
  v.array(
    v.pipe(
      v.strictObject({
        run: text,
        title: v.optional(v.nullable(titleSchema), null),
        ...{ note: maybe, reduced: maybe, model: maybe, data: maybe },
        sections: v.optional(v.nullable(v.array(v.picklist(sectionNames))), null),
        reveal: v.optional(v.array(v.picklist(revealedKinds)), []),
        present: v.optional(v.boolean(), false),
      }),
      v.check(({ model, data }) => (model === null) === (data === null), 'model and data go together'),
    ),
  ),
  v.minLength(1),
);

/** @throws WinnowError `bad-file` naming what is wrong. */
export function checkOrders(content: string, name: string): HostedOrder[] {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (cause) {
    throw new WinnowError('bad-file', `"${name}" is not JSON: ${(cause as Error).message}.`, 'Mend it.', cause);
  }
  const result = v.safeParse(listSchema, value);
  if (result.success) return result.output.map(({ reveal, ...order }) => ({ ...order, revealed: reveal }));
  const [issue] = result.issues;
  const message = `"${name}" is no list of results: at ${v.getDotPath(issue) ?? 'the file'}, ${issue.message}.`;
  throw new WinnowError('bad-file', message, 'docs/publishing.md says what a list holds.');
}
