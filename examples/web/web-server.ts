import { type Task, z } from 'rota';
import { file, folder } from 'rota/tasks';
import { serviceRuns } from './service.ts';

/** What the role takes from the inventory, and what it is by itself. */
export const WebVars = z.object({
  web_version: z.string(),
  web_port: z.number().default(8080),
  web_root: z.string().default('/srv/web'),
});

/** A web server with one page that tells its version, as a service of its own. */
export function webServer(vars: z.infer<typeof WebVars>): readonly Task[] {
  const { web_version: version, web_port: port, web_root: root } = vars;
  const here = `${root}/${version}`;
  return [
    folder({ path: here }),
    file({ path: `${here}/index.html`, body: `version ${version}\n` }),
    file({ path: '/etc/init.d/web', mode: '0755', body: INIT }),
    file({ path: '/etc/default/web', body: `ROOT=${here}\nPORT=${port}\n` }),
    serviceRuns('web', '/etc/default/web'),
  ];
}

const INIT = `#!/bin/sh
. /etc/default/web
pid=$(cat /run/web.pid 2>/dev/null)
stop() {
  kill "$pid" 2>/dev/null
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
}
start() {
  setsid busybox httpd -f -p "$PORT" -h "$ROOT" </dev/null >/dev/null 2>&1 &
  echo $! >/run/web.pid
}
case $1 in
start) start ;;
stop) stop ;;
restart) stop; start ;;
status) kill -0 "$pid" ;;
esac
`;
