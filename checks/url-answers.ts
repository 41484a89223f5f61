import type { Check } from '#engine/model/check.ts';
import { having, optional, PATTERN, PLAIN, type Rules, refuse } from '#engine/model/options.ts';
import { sh } from '#engine/shell/quote.ts';
import { eachHost, HOST_OPTIONS, type HostCheckOptions } from './each-host.ts';

interface UrlOptions extends HostCheckOptions {
  /** What is to be in the body, such as the version that is rolled out. */
  readonly matching?: RegExp;
}

/** Each host gets this URL, by its curl or wget, within 5 s and without an error such as 404 or 503. */
export function urlAnswers(url: string, options: UrlOptions = {}): Check {
  const { matching, ...common } = options;
  const title = `${url} answers${matching === undefined ? '' : ` with ${matching}`}`;
  const faults = [...PLAIN(url, 'url'), ...having(OPTIONS, '')(options, 'options')];
  refuse(title, faults, 'A check');
  return eachHost({
    title,
    script: `${get(url)}${matching === undefined ? ' >/dev/null' : ''}`,
    wrongIn: (text) =>
      matching === undefined || text.search(matching) >= 0 ? undefined : text.trim().slice(0, 80),
    ...common,
  });
}

const OPTIONS: Rules<UrlOptions> = { ...HOST_OPTIONS, matching: optional(PATTERN) };

function get(url: string): string {
  return sh`if command -v curl >/dev/null; then curl -fsSLm 5 -- ${url}; else timeout 5 wget -qt 1 -O - -- ${url}; fi`;
}
