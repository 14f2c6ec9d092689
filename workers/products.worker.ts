/** A thread for products of columns: registers its part of the work for the engine, nothing else. */
import { expose } from 'comlink';
import { servedProducts } from '../src/session/worker/products-served.ts';

expose(servedProducts());
