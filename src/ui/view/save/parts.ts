/** The part of what is published that is loaded on demand: an author's note, whose reading takes two libraries. */
import { LatePart } from '../../state/part.svelte.ts';

export const noteText = new LatePart(() => import('../result/NoteText.svelte'));
