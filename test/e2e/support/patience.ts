import { inject } from 'vitest';

/** The seconds that make a check of every 5 s one of every 10: rota warns of one that is slower. */
const MOST_MORE = 5;

/**
 * The text of an inventory with limits that fit this machine: on a slow one a health check has more
 * time, and a gate waits longer.
 */
export function patient(inventory: string): string {
  const factor = Math.ceil(inject('machine').slowness);
  if (factor === 1) return inventory;
  const more = Math.min(factor - 1, MOST_MORE);
  const scaled = inventory
    .replaceAll(/("?\b(?:interval|timeout)"?: )(\d+)/g, (_, name, seconds) => {
      return `${name}${Number(seconds) + more}`;
    })
    .replace(GATE, (_, name, seconds) => `${name}${Number(seconds) * factor}`);
  // At the end, so that every line keeps its number.
  return GATE.test(scaled) ? scaled : `${scaled}        keepalived_gate_seconds: ${60 * factor}\n`;
}

const GATE = /(\bkeepalived_gate_seconds"?: )(\d+)/;
