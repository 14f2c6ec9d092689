/** A thread for probes: registers a trainer for the engine, nothing else. */
import { expose } from 'comlink';
import { servedTrainer } from '../src/session/worker/trainer-served.ts';

expose(servedTrainer());
