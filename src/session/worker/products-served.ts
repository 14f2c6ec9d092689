/** The worker's side of a thread for products of columns. */
import { TileProducts, type ProductSpec } from '../../compute/products/tile-products.ts';
import { guarded } from './outcome.ts';

export type ServedProducts = ReturnType<typeof servedProducts>;

export function servedProducts() {
  let tiles: TileProducts | null = null;
  return {
    open: guarded(async (spec: ProductSpec) => {
      tiles = await TileProducts.open(spec);
    }),
    add: guarded(async (data: Float32Array, rows: number) => {
      if (tiles === null) throw new Error('no products are open');
      await tiles.add(data, rows);
    }),
  };
}
