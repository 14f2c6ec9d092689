/** One HDF5 file: registers its reader for the engine, nothing else. */
import { expose } from 'comlink';
import { servedHdf5 } from '../src/session/worker/hdf5-served.ts';

expose(servedHdf5());
