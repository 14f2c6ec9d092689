import { describe, expect, it } from 'vitest';
import { firstResultView, formatAddress, parseAddress, type View } from '../../src/ui/state/address.ts';

const result = (ids: string[], show = {}): View => ({ screen: 'result', ids, show: { ...firstResultView, ...show } });

describe('the address', () => {
  it.each<[View, string]>([
    [{ screen: 'start' }, '#v=1'],
    [{ screen: 'set-up' }, '#v=1&screen=set-up'],
    [{ screen: 'run' }, '#v=1&screen=run'],
    [result(['demo:reviews']), '#v=1&result=reviews'],
    [result(['abc-1', 'x2']), '#v=1&run=abc-1,x2'],
    [
      result(['demo:reviews', 'x2'], { section: 'similarity', metric: 'f1', split: 'dev', cka: 'debiased' }),
      '#v=1&result=reviews&run=x2&section=similarity&metric=f1&split=dev&cka=debiased',
    ],
    [
      result(['x2'], { section: 'clusters', c: 0.35, deltas: { layers: 2.5, neurons: 1 } }),
      '#v=1&run=x2&section=clusters&c=0.35&deltas=2.5-1',
    ],
    [result(['x2'], { c: -1 }), '#v=1&run=x2&c=-1'],
    [result(['demo:reviews'], { step: 4 }), '#v=1&result=reviews&step=4'],
    [result(['demo:reviews'], { step: 'remains' }), '#v=1&result=reviews&step=remains'],
    [result(['x2', 'demo:b', 'demo:a', 'x1']), '#v=1&run=x2&result=b,a&run=x1'],
    [result(['demo:reviews'], { neuron: { layer: 3, index: 127, place: 1 } }), '#v=1&result=reviews&neuron=3:127'],
    [result(['x2', 'x3'], { neuron: { layer: 0, index: 0, place: 2 } }), '#v=1&run=x2,x3&neuron=0:0:2'],
  ])('%j is %s and back', (view, address) => {
    expect(formatAddress(view)).toBe(address);
    expect(parseAddress(address)).toEqual(view);
  });

  it.each(['', '#', '#v=2&demo=reviews', '#v=1&screen=elsewhere', '#v=1&run=../etc', '#v=1&run=A%20B', '#automation'])(
    '%s is the start',
    (address) => expect(parseAddress(address)).toEqual({ screen: 'start' }),
  );

  it('knows a step as it was called before', () =>
    expect(parseAddress('#v=1&demo=reviews&present=2')).toEqual(result(['demo:reviews'], { step: 2 })));

  it('drops words that it does not know', () => {
    const view = parseAddress(
      '#v=1&run=x2&section=secrets&metric=bleu&split=all&cka=3&c=1.5&deltas=3&step=last&neuron=3',
    );
    expect(view).toEqual(result(['x2']));
  });
});
