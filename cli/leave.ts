import type { AskLeave } from '#engine/rollout/rings.ts';

/** Asks the worker that has started this process, and ends what runs once that is gone. */
export function leaveOfWorker(): AskLeave {
  const waiting: ((isGiven: boolean) => void)[] = [];
  const answer = (isGiven: boolean) => waiting.shift()?.(isGiven);
  process.on('message', (isGiven) => answer(isGiven === true));
  let isEnding = false;
  process.on('SIGTERM', () => {
    isEnding = true;
  });
  process.on('disconnect', () => {
    while (waiting.length > 0) answer(false);
    // A second signal would cut short what is finished or undone.
    if (!isEnding) process.kill(process.pid, 'SIGTERM');
  });
  const tell = (what: 'ask' | 'over') => process.connected && process.send?.(what);
  return async () => {
    if (!process.connected) return undefined;
    const isGiven = new Promise<boolean>((resolve) => waiting.push(resolve));
    tell('ask');
    return (await isGiven) ? () => void tell('over') : undefined;
  };
}
