/** What the arguments and the list of `publish` may say of a title: one line, of a length that fits. */
import { expect, test } from 'vitest';
import { checkOrders, parsePublish } from '../../headless/publish-options.ts';

test.each(['   ', 'x'.repeat(201), 'a\nb'])('%j is no title', (title) => {
  const said = expect.objectContaining({ code: 'usage', message: '--title is no title.' });
  expect(() => parsePublish(['run.json', '--out', 'site', '--title', title])).toThrow(said);
  const list = JSON.stringify([{ run: 'run.json' }, { run: 'run.json', title }]);
  expect(() => checkOrders(list, 'list.json')).toThrow('at 1.title');
});

test('a title of one line is taken as it is', () => {
  const title = '<b>=cmd</b> \u202e\u{1f600}';
  expect(parsePublish(['run.json', '--out', 'site', '--title', title])).toMatchObject({ orders: [{ title }] });
  expect(checkOrders(JSON.stringify([{ run: 'run.json', title }]), 'list.json')).toMatchObject([{ title }]);
});
