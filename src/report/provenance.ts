/** How a result was made: protocol and place in a line, files and times as tables. */
import { byteSize, counted, duration } from './format.ts';
import { countCell, missingCell, numberColumn, numberColumns, textCell, textColumn, type Table } from './table.ts';
import { deviceText } from '../run/place.ts';
import type { RunFile } from '../run/run-file.ts';

/** How the run was made, in one line. */
export function provenanceFinding(run: RunFile): string {
  const total = run.timings.reduce((sum, timing) => sum + timing.ms, 0);
  const time = total > 0 ? ` in ${duration(total)}` : '';
  return `${protocolTitle(run)}, ${counted(run.options.seeds.length, 'seed')}, on ${deviceText(run.device)}${time}.`;
}

export function protocolTitle(run: RunFile): string {
  return run.protocol === 'paper' ? 'Protocol of the paper' : 'Refined protocol';
}

/** The time of each stage. */
export function timingTable(run: RunFile): Table {
  return {
    columns: [textColumn('stage'), ...numberColumns('time', 'rows', 'time a row')],
    rows: run.timings.map((timing) => {
      const each = timing.rows ? timing.ms / timing.rows : null;
      const none = missingCell('This stage does not go row by row.');
      return [
        textCell(timing.stage),
        { value: timing.ms, text: duration(timing.ms) },
        timing.rows === undefined ? none : countCell(timing.rows),
        each === null ? none : { value: each, text: `${each.toFixed(2)}\u202fms` },
      ];
    }),
  };
}

/** The files that went in. */
export function filesTable(run: RunFile): Table {
  return {
    columns: [textColumn('role'), textColumn('file'), numberColumn('size'), textColumn('SHA-256')],
    rows: [
      [
        textCell('model'),
        textCell(run.model.name),
        missingCell('The run file does not keep the size of the weights.'),
        textCell(run.model.sha256),
      ],
      ...run.data.files.map((file) => [
        textCell(file.role),
        textCell(file.name),
        { value: file.bytes, text: byteSize(file.bytes) },
        textCell(file.sha256),
      ]),
    ],
  };
}
