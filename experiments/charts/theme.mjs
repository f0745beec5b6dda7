// Colours are names here, so that the page they stand on says what they look like in light and in dark. Charts need colours they can
// parse: each name stands for one that nothing else uses, and svg.mjs puts the page's variable in its place.
const names = [
  'text', 'muted', 'line', 'ground', 'good', 'bad',
  'weighted', 'plain-net-latency', 'random', 'round-robin', 'mulambda', 'oracle',
  'node-0', 'node-1', 'node-2', 'node-3', 'node-4', 'node-5', 'node-6', 'node-7',
  'slo', 'concurrency', 'hpa', 'reactive-latency', 'fixed',
];

export const colour = name => {
  const index = names.indexOf(name);
  if (index < 0) {
    throw new Error(`There is no colour '${name}'.`);
  }

  return `#0a0b${(index + 16).toString(16)}`;
};

export const colourNames = names;

export const colourOfNode = node => colour(`node-${node % 8}`);

// Two runs that are compared are told apart at a glance.
export const colourOfRun = run => colour(run === 0 ? 'node-0' : 'node-3');

export const fontFamily = 'system-ui, sans-serif';

// The platform's own defaults.
export const isChallenger = policy => policy === 'mulambda' || policy === 'slo';

// The challenger stands out, the bound stays behind.
export const lineOf = policy => ({
  color: colour(policy),
  width: isChallenger(policy) ? 2.6 : 1.4,
  type: policy === 'oracle' || policy === 'fixed' ? 'dashed' : 'solid',
});

export const base = () => ({
  animation: false,
  silent: true,
  textStyle: { fontFamily, fontSize: 12, color: colour('text') },
});

export const title = (text, left, top) => ({
  text, left, top, textStyle: { fontSize: 12, fontWeight: 600, color: colour('text'), fontFamily }, padding: 0,
});

const shared = {
  nameLocation: 'middle',
  nameTextStyle: { color: colour('muted'), fontFamily },
  axisLine: { show: true, lineStyle: { color: colour('muted') } },
  axisTick: { show: true, lineStyle: { color: colour('muted') } },
  axisLabel: { color: colour('muted'), fontFamily, hideOverlap: true },
  splitLine: { show: true, lineStyle: { color: colour('line') } },
  minorTick: { show: false },
};

export const axis = options => ({
  ...shared,
  ...options,
  axisLabel: { ...shared.axisLabel, ...options.axisLabel },
  splitLine: options.splitLine === false ? { show: false } : shared.splitLine,
});

export const legend = (policies, options = {}) => ({
  data: policies.map(policy => ({ name: policy, itemStyle: { color: colour(policy) }, lineStyle: lineOf(policy) })),
  top: 0,
  left: 'center',
  icon: 'roundRect',
  itemWidth: 18,
  itemHeight: 4,
  itemGap: 26,
  textStyle: { color: colour('text'), fontFamily },
  ...options,
});

export const legendOfRuns = runs => legend([], {
  data: runs.map((run, i) => ({ name: run.name, itemStyle: { color: colourOfRun(i) }, lineStyle: { color: colourOfRun(i) } })),
});

export const duration = ms => ms >= 1000 ? `${+(ms / 1000).toPrecision(3)} s` : `${+(+ms).toPrecision(3)} ms`;

// Whole decades, or less where the numbers span less than one.
export const logRange = values => {
  const some = values.filter(value => value > 0);
  if (some.length === 0) {
    return { min: 1, max: 10 };
  }

  const [least, most] = [Math.min(...some), Math.max(...some)];
  const step = most / least < 10 ? [1, 2, 5] : most / least < 100 ? [1, 3] : [1];
  const marks = [-1, 0, 1, 2, 3, 4, 5, 6, 7].flatMap(decade => step.map(mark => mark * 10 ** decade));
  return { min: marks.findLast(mark => mark <= least) ?? 0.1, max: marks.find(mark => mark >= most) ?? 1e8 };
};
