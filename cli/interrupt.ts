/** The first Ctrl-C lets what runs finish, by the signal that is given; the second ends rota as ever. */
export function stopOnInterrupt(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const onSignal = () => {
      if (!controller.signal.aborted) return controller.abort();
      process.off(signal, onSignal);
      process.kill(process.pid, signal);
    };
    // Not `once`: what brings a terminal's cursor back ends the process where nobody else listens.
    process.on(signal, onSignal);
  }
  return controller.signal;
}
