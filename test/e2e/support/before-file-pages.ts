import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { BeforePage } from './before-page.ts';

const NOTHING_ELSE = async () => {};

/** No text. */
const LOGO = Buffer.from('\x89PNG\0\xff'.repeat(1000), 'latin1');

/** By the names of tasks of files, for those that need something. */
export const BEFORE_FILE_PAGES: Readonly<Record<string, BeforePage>> = {
  absent: {
    prepare: async (trial) => {
      await trial.sh('echo old >/etc/old.conf; mkdir -m 750 /opt/old; echo x >/opt/old/x');
      return NOTHING_ELSE;
    },
  },
  copyTree: {
    prepare: async ({ folder }) => {
      const site = join(folder, 'site');
      rmSync(site, { recursive: true, force: true });
      mkdirSync(join(site, 'css'), { recursive: true });
      writeFileSync(join(site, 'index.html'), '<h1>It’s $HOME</h1>\n');
      writeFileSync(join(site, 'css', 'site.css'), 'h1 { color: red }\n');
      writeFileSync(join(site, 'logo.png'), LOGO);
      writeFileSync(join(site, 'build'), '#!/bin/sh\n', { mode: 0o755 });
      symlinkSync('index.html', join(site, 'default.html'));
      return NOTHING_ELSE;
    },
  },
  download: {
    prepare: async (trial) => {
      await trial.sh(SERVE);
      return async () => void (await trial.sh('kill "$(cat /run/served.pid)"'));
    },
  },
  fetch: {
    isQuestion: true,
    prepare:
      async ({ folder, node }) =>
      async () => {
        const fetched = readFileSync(join(folder, 'fetched', node, 'os-release'));
        expect(fetched.equals(readFileSync('/usr/lib/os-release'))).toBe(true);
      },
  },
  file: {
    prepare: async ({ folder }) => {
      writeFileSync(join(folder, 'logo.png'), LOGO);
      return NOTHING_ELSE;
    },
  },
  folder: {
    prepare: async (trial) => {
      await trial.sh(
        'mkdir -p /srv/uploads/a; echo x >/srv/uploads/a/x; chmod 600 /srv/uploads/a/x',
      );
      return NOTHING_ELSE;
    },
  },
  inFile: {
    prepare: async (trial) => {
      await trial.sh("printf '[log]\\nlevel = info\\n[other]\\n' >/etc/app.ini");
      return NOTHING_ELSE;
    },
  },
  unpack: {
    prepare: async ({ folder }) => {
      const app = join(folder, 'app-1.2');
      mkdirSync(join(app, 'bin'), { recursive: true });
      writeFileSync(join(app, 'bin', 'app'), '#!/bin/sh\n', { mode: 0o755 });
      writeFileSync(join(app, 'readme'), 'it’s\n');
      execFileSync('tar', ['czf', `${app}.tar.gz`, '-C', folder, 'app-1.2']);
      return NOTHING_ELSE;
    },
  },
};

/** Answers each request with the same. */
const SERVE = `mkdir -p /run/served && printf 'a tool\\n' >/run/served/tool
setsid busybox httpd -f -p 127.0.0.1:8099 -h /run/served </dev/null >/dev/null 2>&1 &
echo $! >/run/served.pid
until curl -sf -o /dev/null http://127.0.0.1:8099/tool; do sleep 0.05; done`;
