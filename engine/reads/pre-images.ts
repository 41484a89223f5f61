import type { Output, Read } from '#engine/model/read.ts';
import { FOLDERS } from '#engine/shell/program-functions.ts';
import { sh } from '#engine/shell/quote.ts';

/** What was at a path before a run wrote over it. */
export type PreImage =
  | { readonly path: string; readonly type: 'absent' }
  | {
      readonly path: string;
      readonly type: 'file';
      /** Four octal digits. */
      readonly mode: string;
      readonly owner: string;
      readonly content: string;
    };

/** What a host has kept of what a run wrote over; nothing where it knows no such run. */
export function preImages(run: string): Read<readonly PreImage[]> {
  return {
    key: `pre-images ${run}`,
    script: `${FOLDERS}
${sh`run=$runs/${run}`}
[ -e "$run/paths" ] || exit 0
while read -r number kind path; do
  echo "path $path"
  [ "$kind" = file ] || { echo absent; continue; }
  stat -c 'file %a %U:%G' "$run/$number" && base64 "$run/$number" || exit 1
done <"$run/paths"`,
    parse: parsePreImages,
  };
}

function parsePreImages({ stdout }: Output): readonly PreImage[] {
  return stdout
    .split(/^path /m)
    .slice(1)
    .map((block) => {
      const [path = '', head = '', ...body] = block.split('\n');
      const [type, mode = '', owner = ''] = head.split(' ');
      if (type !== 'file') return { path, type: 'absent' };
      const content = Buffer.from(body.join(''), 'base64').toString();
      return { path, type, mode: mode.padStart(4, '0'), owner, content };
    });
}
