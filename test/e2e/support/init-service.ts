import type { TaskTrial } from './task-trial.ts';

/** Gives a node a service as a package brings it, with an init script: it sleeps, and tells when it starts and reads. */
export async function initService(trial: TaskTrial, name: string): Promise<() => Promise<void>> {
  await trial.sh(`cat >/etc/init.d/${name} <<'END'
#!/bin/sh
### BEGIN INIT INFO
# Provides: ${name}
# Required-Start:
# Required-Stop:
# Default-Start: 2 3 4 5
# Default-Stop: 0 1 6
### END INIT INFO
PIDFILE=/run/${name}-main.pid
case $1 in
start) echo start >>/var/log/${name}.log; start-stop-daemon --start --quiet --background --make-pidfile --pidfile $PIDFILE --exec /bin/sleep -- 1000 ;;
stop) echo stop >>/var/log/${name}.log; start-stop-daemon --stop --quiet --oknodo --remove-pidfile --pidfile $PIDFILE ;;
reload) echo reload >>/var/log/${name}.log ;;
restart) $0 stop; $0 start ;;
status) start-stop-daemon --status --pidfile $PIDFILE ;;
esac
END
chmod 755 /etc/init.d/${name}
update-rc.d ${name} defaults
update-rc.d ${name} disable`);
  return async () =>
    void (await trial.sh(`service ${name} stop
update-rc.d -f ${name} remove
rm -f /etc/init.d/${name} /var/log/${name}.log`));
}
