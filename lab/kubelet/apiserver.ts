import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { flushCompileCache } from 'node:module';
import { healthy } from './health.ts';

/** Stands in for a controller's API server: its health endpoints, with TLS, on every address. */
process.title = 'kube-apiserver';

const server = createServer(
  { cert: readFileSync('/run/lab/apiserver.crt'), key: readFileSync('/run/lab/apiserver.key') },
  healthy('apiserver'),
);
server.listen(6443, '::', () => {
  writeFileSync('/run/lab/apiserver.ready', '');
  flushCompileCache();
});
