import { playbook } from 'rota';
import { portAnswers } from 'rota/checks';
import { WebVars, webServer } from './web-server.ts';

/** The same role where nothing is in front: a host to try a version on. */
export default playbook({
  name: 'web alone',
  hosts: 'trial',
  vars: WebVars,
  prefixes: ['web_'],
  tasks: ({ vars }) => webServer(vars),
  verify: ([member]) => [portAnswers(member?.vars.web_port ?? 0)],
});
