import { Failure } from '#engine/model/failure.ts';
import { quote } from '#engine/shell/quote.ts';
import { type Hop, targetOf } from './hop.ts';
import { fingerprint, knownHostsLine } from './known-hosts.ts';

/** A host that no known_hosts file vouches for, with the key that it shows. */
export class UnknownHost extends Failure {
  readonly hop: Hop;
  readonly key: Buffer;

  constructor(hop: Hop, key: Buffer, files: readonly string[]) {
    super('The host is not known', {
      kind: 'unreachable',
      where: hop.where,
      output: [`presented: ${fingerprint(key)}`, `looked in: ${files.join(', ')}`].join('\n'),
      fix: [
        'Compare this fingerprint with the one that the host itself shows, on its console:',
        '  for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$key"; done',
        'If it is the same one, add the host:',
        `  echo ${quote(knownHostsLine(targetOf(hop.settings), key))} >> ${quote(files[0] ?? '')}`,
      ].join('\n'),
    });
    this.hop = hop;
    this.key = key;
  }
}
