import { axis, base, colourOfRun, duration, legendOfRuns, logRange, title } from '../theme.mjs';

// A run second by second: answers, latency, errors and requests under way, below each other.
export const timeline = ({ runs }) => {
  const seconds = Math.max(...runs.map(run => run.answered.length));
  const panels = [
    { name: 'answers a second', values: run => [{ data: run.answered, width: 2 }, { data: run.good, width: 1.4, type: 'dashed' }] },
    { name: 'latency: median, and 99th percentile', log: true, values: run => [{ data: run.p50, width: 2 }, { data: run.p99, width: 1 }] },
    { name: 'errors a second', values: run => [{ data: run.failed, width: 1.6 }] },
    { name: 'requests under way at the end of each second', values: run => [{ data: run.inFlight, width: 1.6 }] },
  ];
  const heights = [150, 150, 90, 90];
  const tops = heights.map((_, i) => 62 + heights.slice(0, i).reduce((sum, height) => sum + height + 44, 0));
  const all = panel => runs.flatMap(run => panel.values(run).flatMap(line => line.data ?? [])).filter(value => value !== null);
  return {
    width: 980,
    height: tops.at(-1) + heights.at(-1) + 40,
    option: {
      ...base(),
      legend: legendOfRuns(runs),
      title: panels.map((panel, i) => title(panel.name, 70, tops[i] - 20)),
      grid: panels.map((_, i) => ({ left: 70, width: 880, top: tops[i], height: heights[i] })),
      xAxis: panels.map((_, i) => axis({
        type: 'value', gridIndex: i, min: 0, max: seconds, splitLine: false, minInterval: 1,
        name: i === panels.length - 1 ? 's' : '', nameLocation: 'end', nameGap: 6,
      })),
      yAxis: panels.map((panel, i) => panel.log
        ? axis({ type: 'log', gridIndex: i, ...logRange(all(panel)), axisLabel: { formatter: duration } })
        : axis({ type: 'value', gridIndex: i, min: 0, max: Math.max(1, ...all(panel)) === 1 ? 1 : undefined, splitNumber: 3 })),
      series: panels.flatMap((panel, i) => runs.flatMap((run, j) => panel.values(run).filter(line => line.data).map(line => ({
        type: 'line', name: run.name, xAxisIndex: i, yAxisIndex: i, showSymbol: run.answered.length === 1, symbolSize: 4,
        data: line.data.map((value, second) => [second + 0.5, value]),
        lineStyle: { color: colourOfRun(j), width: line.width, type: line.type ?? 'solid' }, itemStyle: { color: colourOfRun(j) },
      })))),
    },
  };
};
