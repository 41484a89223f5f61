import type { Connection } from '#engine/model/host.ts';

/** What a connection asks of ssh, as options for its command line, which win over ssh_config. */
export function sshWords(connection: Connection): readonly string[] {
  const { port, user, keyFile, connectTimeoutMs, knownHostsFiles } = connection;
  return [
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(keyFile === undefined ? [] : ['-i', keyFile]),
    ...(connection.hostKeyChecking === false ? ['-o', 'StrictHostKeyChecking=no'] : []),
    ...(connectTimeoutMs === undefined
      ? []
      : ['-o', `ConnectTimeout=${Math.ceil(connectTimeoutMs / 1000)}`]),
    ...(knownHostsFiles === undefined ? [] : knownHostsOptions(knownHostsFiles)),
    ...(connection.sshArguments ?? []),
  ];
}

function knownHostsOptions(files: readonly string[]): readonly string[] {
  const quoted = files.map((file) => `"${file.replaceAll('%', '%%')}"`).join(' ');
  const names = files.length === 0 ? 'none' : quoted;
  return ['-o', `UserKnownHostsFile=${names}`, '-o', 'GlobalKnownHostsFile=none'];
}
