import { type Member, playbook, type z } from 'rota';
import { allHold, serviceIsActive, urlAnswers } from 'rota/checks';
import { balancer } from './balancer.ts';
import { WebVars, webServer } from './web-server.ts';

type Web = Member<z.infer<typeof WebVars>>;

const isBalancer = ({ host }: Web) => host.groups.includes('balancer');

/** The page of the version that the inventory wants, as it is got on these hosts. */
function pageIsServed([first]: readonly Web[], { on, port }: { on: string[]; port: number }) {
  const matching = new RegExp(`^version ${first?.vars.web_version}$`, 'm');
  return urlAnswers(`http://localhost:${port}/`, { on, matching });
}

/** Web servers behind haproxy: first one, then two at a time, each while it takes no requests. */
export default playbook({
  name: 'rolling web',
  hosts: 'web:balancer',
  vars: WebVars,
  prefixes: ['web_'],
  tasks: ({ host, vars, members, meanwhile }) => {
    if (!isBalancer({ host, vars })) return webServer(vars);
    const servers = members.filter((member) => !isBalancer(member));
    return balancer(
      servers.map((server) => ({
        host: server.host,
        port: server.vars.web_port,
        isOut: meanwhile.has(server.host.name),
      })),
    );
  },
  rollout: {
    canary: 1,
    serial: 2,
    isInFront: isBalancer,
    gate: ({ ring, done }) =>
      allHold(
        serviceIsActive('web', { on: done }),
        pageIsServed(ring, { on: [...done], port: 8080 }),
      ),
  },
  verify: (members) => [
    pageIsServed(members, {
      on: members.filter(isBalancer).map(({ host }) => host.name),
      port: 80,
    }),
  ],
});
