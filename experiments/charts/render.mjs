// Reads figures as JSON from standard input and writes their SVG as JSON to standard output: {"figures": [{"id", "kind", "label", ...}]}
// becomes {"id": "<svg ...>"}. What each kind is drawn from stands in figures/.
import { text } from 'node:stream/consumers';
import { batching } from './figures/batching.mjs';
import { course } from './figures/course.mjs';
import { distributions } from './figures/distributions.mjs';
import { latency } from './figures/latency.mjs';
import { load } from './figures/load.mjs';
import { margins } from './figures/margins.mjs';
import { replicas } from './figures/replicas.mjs';
import { scaling } from './figures/scaling.mjs';
import { series } from './figures/series.mjs';
import { shares } from './figures/shares.mjs';
import { timeline } from './figures/timeline.mjs';
import { tradeoff } from './figures/tradeoff.mjs';
import { draw } from './svg.mjs';

const kinds = { batching, course, distributions, latency, load, margins, replicas, scaling, series, shares, timeline, tradeoff };

const drawn = {};
for (const figure of JSON.parse(await text(process.stdin)).figures) {
  const kind = kinds[figure.kind];
  if (!kind) {
    throw new Error(`There is no kind of figure '${figure.kind}'.`);
  }

  try {
    drawn[figure.id] = draw({ ...kind(figure), label: figure.label });
  } catch (error) {
    throw new Error(`Figure '${figure.id}' could not be drawn.`, { cause: error });
  }
}

process.stdout.write(JSON.stringify(drawn));
