/** How a result was made: protocol and place in a line, files and times as tables. */
import { byteSize, counted, dash, duration, integer } from './format.ts';
import type { Cell, Table } from './table.ts';
import type { RunFile } from '../run/run-file.ts';

/** How the run was made, in one line. */
export function provenanceFinding(run: RunFile): string {
  const where =
    run.device.backend === 'webgpu'
      ? `WebGPU (${run.device.adapter ?? 'unnamed adapter'})`
      : `WebAssembly, ${counted(run.device.threads, 'thread')}`;
  const total = run.timings.reduce((sum, timing) => sum + timing.ms, 0);
  const time = total > 0 ? ` in ${duration(total)}` : '';
  return `${protocolTitle(run)}, ${counted(run.options.seeds.length, 'seed')}, on ${where}${time}.`;
}

export function protocolTitle(run: RunFile): string {
  return run.protocol === 'paper' ? 'Protocol of the paper' : 'Refined protocol';
}

/** The time of each stage. */
export function timingTable(run: RunFile): Table {
  return {
    columns: [
      { title: 'stage', numeric: false },
      { title: 'time', numeric: true },
      { title: 'rows', numeric: true },
      { title: 'time a row', numeric: true },
    ],
    rows: run.timings.map((timing) => {
      const each = timing.rows ? timing.ms / timing.rows : null;
      const none: Cell = { value: null, text: dash, why: 'This stage does not go row by row.' };
      return [
        { value: timing.stage, text: timing.stage },
        { value: timing.ms, text: duration(timing.ms) },
        timing.rows === undefined ? none : { value: timing.rows, text: integer(timing.rows) },
        each === null ? none : { value: each, text: `${each.toFixed(2)}\u202fms` },
      ];
    }),
  };
}

/** The files that went in. */
export function filesTable(run: RunFile): Table {
  return {
    columns: [
      { title: 'role', numeric: false },
      { title: 'file', numeric: false },
      { title: 'size', numeric: true },
      { title: 'SHA-256', numeric: false },
    ],
    rows: [
      [
        { value: 'model', text: 'model' },
        { value: run.model.name, text: run.model.name },
        { value: null, text: dash, why: 'The run file does not keep the size of the weights.' },
        { value: run.model.sha256, text: run.model.sha256 },
      ],
      ...run.data.files.map((file): Cell[] => [
        { value: file.role, text: file.role },
        { value: file.name, text: file.name },
        { value: file.bytes, text: byteSize(file.bytes) },
        { value: file.sha256, text: file.sha256 },
      ]),
    ],
  };
}
