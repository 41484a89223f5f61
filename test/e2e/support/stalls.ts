import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * From now until `end`: the longest time, in milliseconds, for which this process got no turn though
 * it wanted one. Probers on the same busy cores are held up alike, so that the begin and the end of
 * a gap that they see may each be off by so much.
 */
export function measureStalls(): { end(): number } {
  const delays = monitorEventLoopDelay({ resolution: 10 });
  delays.enable();
  return {
    end: () => {
      delays.disable();
      return delays.max / 1e6;
    },
  };
}
