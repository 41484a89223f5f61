// Asks one page after another, each over a connection of its own, until its stdin ends, and then prints
// what came: how often each answer, and in which order they came first. A line for the first of all.
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const [url = ''] = process.argv.slice(2);
const answers = new Map<string, number>();
let isOver = false;
process.stdin.on('end', () => {
  isOver = true;
});
process.stdin.resume();

async function ask(): Promise<string> {
  return await new Promise((resolve) => {
    const asked = request(url, { agent: false, timeout: 10_000 }, (response) => {
      let text = `${response.statusCode} `;
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text.trim()));
      response.on('error', ({ message }) => resolve(message));
    });
    asked.on('timeout', () => asked.destroy(new Error('timeout')));
    asked.on('error', ({ message }) => resolve(message));
    asked.end();
  });
}

async function keepAsking(): Promise<void> {
  while (!isOver) {
    const answer = await ask();
    if (answers.size === 0) process.stdout.write('asking\n');
    answers.set(answer, (answers.get(answer) ?? 0) + 1);
    await delay(20);
  }
}

await Promise.all([keepAsking(), keepAsking()]);
process.stdout.write(`${JSON.stringify(Object.fromEntries(answers))}\n`);
