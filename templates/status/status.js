// What hosts say comes in as text, and goes out as text: textContent, and nothing else.

const place = (id) => document.getElementById(id);
/** How far this machine's clock is from the one that the times are by. */
let aheadMs = 0;

connect();
setInterval(tick, 1000);

function connect() {
  const source = new EventSource('events');
  source.onmessage = ({ data }) => show(JSON.parse(data));
  source.onerror = () => {
    say('Connection lost, trying again…', 'bad');
    // A browser itself does not try again where it was refused.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 5000);
  };
}

function show({ time, lookedAt, rings, history }) {
  aheadMs = Date.now() - Date.parse(time);
  const isWhole = rings.every(whole);
  say(
    isWhole ? '✔ Every VIP is where it belongs' : `✖ ${wrongIn(rings)}`,
    isWhole ? 'good' : 'bad',
  );
  document.title = `${isWhole ? '✔' : '✖'} rota status`;
  place('looked').replaceChildren('looked at ', age(Date.parse(lookedAt)), ' ago');
  place('rings').replaceChildren(...rings.map((ring) => ringOf(ring, lookedAt)));
  showHistory(history);
  tick();
}

/** Only where it is otherwise: who listens to the page is told each time. */
function say(text, className) {
  const state = place('state');
  if (state.textContent === text) return;
  state.textContent = text;
  state.className = className;
}

/** What is there stays, so that only what is new is read out. */
function showHistory(history) {
  const list = place('changes');
  const known = new Set([...list.children].map((item) => item.dataset.change));
  const items = history.map(({ at, what, was, is }) => {
    const clock = element('time', new Date(Date.parse(at) + aheadMs).toLocaleTimeString());
    clock.dateTime = at;
    const item = element('li', clock, ` ${what}: ${was} → ${is}`);
    // Not by its text: what this machine's clock showed is known to some milliseconds.
    item.dataset.change = `${at} ${what}`;
    return item;
  });
  const news = items.filter((item) => !known.has(item.dataset.change));
  list.prepend(...news.reverse());
  while (list.children.length > 50) list.lastChild.remove();
}

function whole({ nodes, findings }) {
  return findings.length === 0 && nodes.every(({ failure }) => !failure);
}

function wrongIn(rings) {
  const silent = rings.flatMap(({ nodes }) => nodes.filter(({ failure }) => failure)).length;
  const findings = rings.flatMap((ring) => ring.findings).length;
  const told = [
    ...(silent > 0 ? [`no answer from ${silent} node${silent === 1 ? '' : 's'}`] : []),
    ...(findings > 0 ? [`${findings} finding${findings === 1 ? '' : 's'}`] : []),
  ];
  return told.join(', ');
}

function ringOf(ring, lookedAt) {
  const title = element('h2', `Ring of ${ring.nodes.map(({ node }) => node).join(', ')}`);
  title.className = whole(ring) ? '' : 'bad';
  const findings = ring.findings.map(
    ({ what, expected, seen }) => `${what}: expected ${expected}, seen ${seen}`,
  );
  return element(
    'section',
    title,
    ...(findings.length > 0 ? [words(findings)] : []),
    cards(ring.vips.map((vip) => vipOf(vip, ring))),
    cards(ring.nodes.map((node) => nodeOf(node, ring, lookedAt))),
  );
}

function vipOf({ vip, holders, expected, heir, since, parts }, { nodes }) {
  const nobody = nodes.some(({ failure }) => failure) ? 'none of those that answered' : 'no node';
  const isRight = holders.length === 1 && holders[0] === expected;
  return card(vip, isRight, [
    ['held by', holders.join(' and ') || nobody, !isRight],
    ['for', since && age(Date.parse(since))],
    ['expected on', isRight ? undefined : (expected ?? 'no node: none is able to'), true],
    ['next', heir ?? 'nobody'],
    ['in line', parts.map(({ node, priority }) => `${node} ${priority}`).join(', ')],
  ]);
}

function nodeOf(node, { unable, vips }, lookedAt) {
  const { failure, running, drained, lease, image } = node;
  if (failure) return card(node.node, false, [['no answer', failure.what, true]]);
  const why = unable.find((one) => one.node === node.node)?.why ?? [];
  const isWell = drained !== undefined || why.length === 0;
  const states = vips.flatMap(({ parts }) => parts.filter((part) => part.node === node.node));
  return card(node.node, isWell, [
    ['keepalived', running === 1 ? 'runs' : running === 0 ? 'does not run' : `${running} run`],
    ['for', running > 0 && age(Date.parse(lookedAt) - node.uptime * 1000)],
    ['holds', node.holds.join(', ') || 'nothing'],
    ['drained by', drained],
    ['cannot hold', drained === undefined && why.length > 0 ? why.join('; ') : undefined, true],
    ...node.checks.map(({ name, passes, reason }) => [
      name,
      passes ? 'passes' : `fails: ${reason ?? ''}`,
      !passes,
    ]),
    ['states', [...new Set(states.map(({ state }) => state ?? 'unknown'))].join(', ')],
    ['configuration', node.configuration, node.configuration !== 'ok'],
    ['pod', node.pod, node.pod !== 'ok' && drained === undefined],
    ['image', image?.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+/, '$1…')],
    ['sysctls', sysctlsOf(node) || 'ok', sysctlsOf(node) !== ''],
    ['changed by', lease && `${lease.owner}: ${lease.what} ${lease.run}`],
  ]);
}

function sysctlsOf({ sysctls }) {
  return sysctls
    .filter(({ value, wanted }) => value !== wanted)
    .map(({ name, value, wanted }) => `${name} is ${value ?? 'not there'}, not ${wanted}`)
    .join(', ');
}

/** Rows without a value are left out. */
function card(title, isWell, rows) {
  const item = element('li', element('h3', title));
  item.className = isWell ? '' : 'bad';
  const list = element('dl');
  for (const [name, value, isBad] of rows) {
    if (!value) continue;
    const told = element('dd', value);
    if (isBad) told.className = 'bad';
    list.append(element('dt', name), told);
  }
  item.append(list);
  return item;
}

function cards(items) {
  const list = element('ul', ...items);
  list.className = 'cards';
  return list;
}

function words(lines) {
  const list = element('ul', ...lines.map((line) => element('li', line)));
  list.className = 'words';
  return list;
}

/** Strings become text. */
function element(name, ...content) {
  const made = document.createElement(name);
  made.append(...content);
  return made;
}

/** How long ago that was, which grows. */
function age(sinceMs) {
  const made = element('span');
  made.dataset.since = sinceMs;
  return made;
}

function tick() {
  for (const one of document.querySelectorAll('[data-since]')) {
    const text = formatAge(Date.now() - aheadMs - Number(one.dataset.since));
    if (one.textContent !== text) one.textContent = text;
  }
}

function formatAge(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? `${hours} h ${minutes % 60} min`
    : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
