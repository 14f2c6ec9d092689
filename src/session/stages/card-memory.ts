/** What was found of graphics cards in this browser, one small record a card and subject; where nothing can be stored, nothing is known. */
import { get, set } from 'idb-keyval';
import * as v from 'valibot';
import { openDatabase } from '../../base/database.ts';
import type { CardDifference } from '../../compute/agreement.ts';
import { graphVersion } from '../../model/graph/version.ts';

const store = openDatabase('winnow-cards', 'differences');

const differenceSchema = v.object({ what: v.string(), relative: v.number() });

/** Another browser brings another compiler of shaders, another version other graphs and another runtime. */
export function cardKey(place: { adapter: string | null; browser: string }, subject: string): string {
  return JSON.stringify([place.adapter, place.browser, graphVersion, subject]);
}

export async function recallCard(key: string): Promise<CardDifference | null> {
  try {
    const parsed = v.safeParse(differenceSchema, await get<unknown>(key, store));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

export async function rememberCard(key: string, difference: CardDifference): Promise<void> {
  try {
    await set(key, difference, store);
  } catch {
    // The next run compares again.
  }
}
