import { createHash } from 'node:crypto';
import { escapeControl } from '../escape.ts';
import { endText, type RunOutcomes } from '../outcome.ts';
import type { PageData } from './data.ts';
import { pageData } from './page-data.ts';
import { LINE_CHARACTERS } from './page-output.ts';

/** The programs and styles of the page, as they stand in it. */
export interface PageParts {
  readonly script: string;
  readonly style: string;
}

/**
 * A run as a page of its own: one file that asks no network for anything. It obeys no program but its
 * own, which shows all that hosts have said as text.
 */
export function htmlReport(run: RunOutcomes, { script, style }: PageParts): string {
  const data = pageData(run);
  const title = escapeHtml(escapeControl(`${SIGNS[data.outcome]} ${data.title}`));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policyOf(script, style)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<noscript><h1>${title}</h1><pre>${escapeHtml(endText(run))}</pre></noscript>
<script type="application/json" id="run">${embedded(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}

const SIGNS = { done: '✔', changes: '±', failed: '✖', interrupted: '■', open: '…' } as const;

/** Nothing is fetched, and nothing runs or is styled but what is here; text never becomes markup. */
function policyOf(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** JSON that ends no element and steers nothing. */
function embedded(data: PageData): string {
  const text = JSON.stringify(data, (key, value) => {
    if (typeof value === 'string') return shortened(escapeControl(value));
    return typeof value === 'number' && key.endsWith('Ms') ? Math.round(value) : value;
  });
  return text.replaceAll('<', '\\u003c');
}

function shortened(text: string): string {
  const more = text.length - LINE_CHARACTERS;
  if (more <= 0) return text;
  return `${text.slice(0, LINE_CHARACTERS).toWellFormed()}… (${more} more characters)`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
