import { ownFile } from '#engine/model/command.ts';
import { like, must, requireOptions } from '#engine/model/options.ts';
import type { Read } from '#engine/model/read.ts';
import { type Task, task } from '#engine/model/task.ts';
import { fileAt, textIn } from '#engine/reads/file.ts';
import { sh } from '#engine/shell/quote.ts';

export interface CertificateOptions {
  /** Of its file, without an ending. */
  readonly name: string;
  /** One certificate in PEM. */
  readonly body: string;
}

/** Where hosts keep certificates of their own, the bundle that programs read, and what makes that. */
const STORES = {
  debian: {
    folder: '/usr/local/share/ca-certificates',
    bundle: '/etc/ssl/certs/ca-certificates.crt',
    update: 'update-ca-certificates',
    // Links to what is gone go with it alone.
    again: 'update-ca-certificates --fresh',
  },
  redHat: {
    folder: '/etc/pki/ca-trust/source/anchors',
    bundle: '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
    update: 'update-ca-trust extract',
    again: 'update-ca-trust extract',
  },
};

/** A certificate of an authority that the host's programs trust, as the bundle that they read has it. */
export function certificate(options: CertificateOptions): Task {
  const { name, body } = options;
  const text = `${`${body}`.replaceAll('\r', '').trim()}\n`;
  const lines =
    /^-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=\n]+)-----END CERTIFICATE-----\n$/.exec(text)?.[1];
  requireOptions(`certificate ${name}`, options, {
    name: like(/^\w[\w.-]*$/, 'letters, digits and _.-'),
    body: must(() => lines !== undefined, 'one certificate in PEM, from BEGIN to END CERTIFICATE'),
  });
  const pathIn = (store: keyof typeof STORES) => `${STORES[store].folder}/${name}.crt`;
  return task({
    title: `certificate ${name}`,
    desired: { content: text, trusted: true },
    reads: {
      trust: trustIn(`${lines}`.replaceAll('\n', '')),
      debian: fileAt(pathIn('debian')),
      redHat: fileAt(pathIn('redHat')),
    },
    inspect: ({ trust: { store, isTrusted }, ...files }) => ({
      content: textIn(files[store]),
      trusted: isTrusted,
    }),
    apply: ({ fields, facts: { trust } }) => [
      ...(fields.some(({ name: field }) => field === 'content')
        ? [ownFile(pathIn(trust.store), text)]
        : []),
      {
        kind: 'run',
        title: 'put it into the bundle',
        script: STORES[trust.store].update,
        undo: STORES[trust.store].again,
      },
    ],
  });
}

interface TrustFact {
  readonly store: keyof typeof STORES;
  readonly isTrusted: boolean;
}

/** A host that has none of both is taken for a Debian that gets its package yet. */
function trustIn(base64: string): Read<TrustFact> {
  const { debian, redHat } = STORES;
  return {
    key: `trust in ${base64}`,
    script: `${sh`store=debian bundle=${debian.bundle}`}
${sh`[ ! -d ${redHat.folder} ] || { store=redHat bundle=${redHat.bundle}; }`}
echo "$store"
[ ! -e "$bundle" ] || ! tr -d '\\n' <"$bundle" | grep -qF -e ${sh`${base64}`} || echo trusted`,
    parse: ({ stdout }) => ({
      store: stdout.startsWith('redHat') ? 'redHat' : 'debian',
      isTrusted: stdout.endsWith('trusted\n'),
    }),
  };
}
