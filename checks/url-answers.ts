import type { Check } from '#engine/model/check.ts';
import { sh } from '#engine/shell/quote.ts';
import { eachHost, type HostCheckOptions } from './each-host.ts';

interface UrlOptions extends HostCheckOptions {
  /** What is to be in the body, such as the version that is rolled out. */
  readonly matching?: RegExp;
}

/** Each host gets this URL, by its curl or wget, within 5 s and without an error such as 404 or 503. */
export function urlAnswers(url: string, { matching, ...options }: UrlOptions = {}): Check {
  const what = matching === undefined ? '' : ` with ${matching}`;
  return eachHost({
    title: `${url} answers${what}`,
    script: `${get(url)}${matching === undefined ? ' >/dev/null' : ''}`,
    wrongIn: (text) =>
      matching === undefined || text.search(matching) >= 0 ? undefined : text.trim().slice(0, 80),
    ...options,
  });
}

function get(url: string): string {
  return sh`if command -v curl >/dev/null; then curl -fsSLm 5 -- ${url}; else timeout 5 wget -qt 1 -O - -- ${url}; fi`;
}
