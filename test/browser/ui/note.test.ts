/** An author's note: Markdown becomes text, lists, tables and links; nothing else gets through, whatever it says. */
import { expect, test } from 'vitest';
import { noteFragment } from '../../../src/ui/view/result/note.ts';

function shown(note: string): HTMLElement {
  const element = document.createElement('div');
  element.append(noteFragment(note));
  return element;
}

test('Markdown is shown as what it says, its headings below the page’s', () => {
  const note = '# One\n\n##### Five\n\nWith **care** and `code`.\n\n1. a\n2. b\n\n| x | y |\n| - | - |\n| 1 | 2 |';
  const element = shown(note);
  expect([...element.children].map(({ nodeName }) => nodeName)).toEqual(['H2', 'H4', 'P', 'OL', 'TABLE']);
  expect(element.querySelector('strong')?.textContent).toBe('care');
  expect(element.querySelectorAll('td')).toHaveLength(2);
});

test('a link leads away without handing anything on; an address of another kind is none', () => {
  const element = shown(
    '[a](https://example.org/x) <mailto:a@example.org> [b](javascript:alert(1)) [c](data:text/html,x) [d](../up)',
  );
  const links = [...element.querySelectorAll('a')];
  expect(links.map((link) => link.getAttribute('href'))).toEqual([
    'https://example.org/x',
    'mailto:a@example.org',
    null,
    null,
    null,
  ]);
  for (const link of links) expect([link.rel, link.target]).toEqual(['noopener noreferrer', '_blank']);
});

test.each([
  '<script>alert(1)</script>',
  'a <img src=x onerror=alert(1)> b',
  '<svg><style><img src=x onerror=alert(1)></style></svg>',
  '<iframe src="https://example.org"></iframe>',
  '<a href="https://example.org" onclick="alert(1)" style="color:red" id="app">x</a>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
])('markup is text: %s', (markup) => {
  const element = shown(markup);
  expect(element.textContent).toContain(markup.slice(0, 12));
  expect(
    element.querySelector('script, img, svg, style, iframe, math, [onclick], [onerror], [style], [id]'),
  ).toBeNull();
});

test('a picture is named, not fetched', () => {
  const element = shown('![A map](https://example.org/x.png) ![](https://example.org/y.png)');
  expect(element.querySelector('img')).toBeNull();
  expect(element.textContent).toContain('A map https://example.org/y.png');
});
