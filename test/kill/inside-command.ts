/**
 * Loaded into a command before its own code: standard error counts as a terminal, so that every step of a run is said
 * there, and the command kills itself just before it moves the `WINNOW_KILL_AT_MOVE`-th file of a result to its place.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

process.stderr.isTTY = true;

let left = Number(process.env.WINNOW_KILL_AT_MOVE ?? Infinity);

type Move = (from: fs.PathLike, to: fs.PathLike) => Promise<void>;

function counted(move: Move): Move {
  return (from, to) => {
    if (String(from).includes('.winnow-') && --left === 0) process.kill(process.pid, 'SIGKILL');
    return move(from, to);
  };
}

for (const name of ['rename', 'link'] as const) fs.promises[name] = counted(fs.promises[name]);
syncBuiltinESMExports();
