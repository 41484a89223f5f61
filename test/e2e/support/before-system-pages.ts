import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BeforePage } from './before-page.ts';
import { initService } from './init-service.ts';
import { LISTED, packageRepository } from './package-repository.ts';

/** By the names of tasks of the system, for those that need something. */
export const BEFORE_SYSTEM_PAGES: Readonly<Record<string, BeforePage>> = {
  certificate: {
    prepare: async (trial) => {
      const make =
        'openssl req -x509 -newkey ed25519 -noenc -keyout /dev/null -subj /CN=example 2>/dev/null';
      writeFileSync(join(trial.folder, 'authority.pem'), await trial.sh(make));
      // A bundle of a few, and no store of Java's beside it: each takes time.
      await trial.sh(`rm -f /etc/ca-certificates/update.d/*
sed -i '12,$d' /etc/ca-certificates.conf
update-ca-certificates --fresh`);
      return async () => {};
    },
  },
  packages: {
    prepare: async (trial) => {
      const { end } = await packageRepository(trial, [
        'example-tool=1.1',
        'example-tool=1.2',
        'example-lint=1:example-lib',
        'example-lib=1',
        'example-pinned=1',
      ]);
      await trial.sh(LISTED);
      return end;
    },
  },
  repository: {
    prepare: async (trial) => {
      const { key, end } = await packageRepository(trial, ['example-lint=1']);
      writeFileSync(join(trial.folder, 'example.asc'), key);
      return end;
    },
  },
  service: {
    prepare: async (trial) => {
      await trial.sh('mkdir -p /etc/nginx; echo "# as it came" >/etc/nginx/nginx.conf');
      return await initService(trial, 'nginx');
    },
  },
};
