import { type Read, sh, type Task, task } from 'rota';

/**
 * A service runs, and was started after its configuration was written: a state, so that a run that
 * dies between the two is finished by the next one.
 */
export function serviceRuns(name: string, configuration: string): Task {
  const pid = `/run/${name}.pid`;
  const state: Read<string> = {
    key: `state of ${name}`,
    script: sh`if ! kill -0 "$(cat ${pid})" 2>/dev/null; then echo stopped
      elif [ ${configuration} -nt ${pid} ]; then echo outdated
      else echo current; fi`,
    // It changes as the configuration is written in the same stage, which is no drift.
    volatile: true,
    parse: ({ stdout }) => stdout.trim(),
  };
  return task({
    title: `${name} runs`,
    reads: { state },
    desired: { state: 'current' },
    inspect: ({ state: seen }) => ({ state: seen }),
    apply: () => [
      {
        kind: 'run',
        title: `restart ${name}`,
        script: sh`service ${name} restart`,
        // By then its files are the old ones; none, where it has come with this run.
        undo: sh`if [ -e ${configuration} ]; then service ${name} restart; else kill "$(cat ${pid})"; fi`,
      },
    ],
  });
}
