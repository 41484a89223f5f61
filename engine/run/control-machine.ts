import type { Host } from '#engine/model/host.ts';

/** Where rota itself runs, as a host. */
export const CONTROL_MACHINE: Host = {
  name: 'localhost',
  groups: [],
  variables: new Map(),
  connection: { transport: 'local', address: 'localhost', port: 0, user: '' },
  origin: { file: '', line: 0, column: 0 },
};
