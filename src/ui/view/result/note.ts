/**
 * Markdown of an author as elements: read by marked, with markup in it shown as text, and cleaned by DOMPurify, which knows
 * what browsers make of markup. Links lead away only over http, https and mailto, and hand nothing on.
 */
import DOMPurify, { type Config } from 'dompurify';
import { Marked } from 'marked';

const highestHeading = 2;

const markdown = new Marked({
  gfm: true,
  renderer: {
    html: ({ text }) => asText(text),
    // Whatever would be fetched is named instead.
    image: ({ text, href }) => asText(text || href),
    heading({ tokens, depth }) {
      const level = Math.min(4, depth + highestHeading - 1);
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>`;
    },
  },
});

const inline = ['a', 'b', 'br', 'code', 'del', 'em', 'strong'];
const blocks = [
  'blockquote',
  'h2',
  'h3',
  'h4',
  'hr',
  'li',
  'ol',
  'p',
  'pre',
  'table',
  'tbody',
  'td',
  'th',
  'thead',
  'tr',
  'ul',
];

const allowed = {
  ALLOWED_TAGS: [...inline, ...blocks],
  ALLOWED_ATTR: ['href', 'start'],
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:)/i,
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
} as const satisfies Config;

/** @param note Markdown */
export function noteFragment(note: string): DocumentFragment {
  const html = markdown.parse(note, { async: false });
  const fragment = DOMPurify.sanitize(html, { ...allowed, ALLOWED_TAGS: [...allowed.ALLOWED_TAGS] });
  for (const link of fragment.querySelectorAll('a')) {
    link.rel = 'noopener noreferrer';
    link.target = '_blank';
  }
  return fragment;
}

function asText(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
