import { axis, base, colour, duration, legend, logRange, title } from '../theme.mjs';

// A run on live processes: what became of the requests that were due, how long the slowest took, and the replicas.
export const course = ({ binSeconds, sampleSeconds, sloMs, good, late, failed, slowest, desired, alive, ready }) => {
  const seconds = Math.max(binSeconds * good.length, sampleSeconds * ready.length);
  const panels = [
    { name: 'requests a second', top: 62, height: 120 },
    { name: 'slowest answer', top: 226, height: 110 },
    { name: 'replicas', top: 380, height: 130 },
  ];
  const kinds = [
    { name: 'within the objective', color: colour('good') },
    { name: 'beyond it', color: colour('node-2') },
    { name: 'not answered', color: colour('bad') },
  ];
  const counts = [
    { name: 'desired', color: colour('muted'), type: 'dashed', width: 1.6, values: desired },
    { name: 'launched', color: colour('node-3'), type: 'solid', width: 1.2, values: alive },
    { name: 'ready', color: colour('node-0'), type: 'solid', width: 2.4, values: ready },
  ];
  const points = (values, length) => values.map((value, i) => [+((i + 1) * length).toFixed(3), value]);
  const answered = points(slowest, binSeconds).filter(([, ms]) => ms > 0);
  return {
    width: 980,
    height: 555,
    option: {
      ...base(),
      legend: legend([], {
        data: [...kinds, ...counts].map(({ name, color, type, width }) => ({ name, itemStyle: { color }, lineStyle: { color, type, width } })),
        itemGap: 26,
      }),
      title: panels.map(panel => title(panel.name, 70, panel.top - 20)),
      grid: panels.map(({ top, height }) => ({ left: 70, width: 880, top, height })),
      xAxis: panels.map((_, i) => axis({
        type: 'value', gridIndex: i, min: 0, max: Math.ceil(seconds), splitLine: false, axisLabel: { show: i === 2 },
        name: i === 2 ? 's' : '', nameLocation: 'end', nameGap: 6,
      })),
      yAxis: [
        axis({ type: 'value', gridIndex: 0, min: 0, splitNumber: 3 }),
        axis({ type: 'log', gridIndex: 1, ...logRange([sloMs, ...answered.map(([, ms]) => ms)]), axisLabel: { formatter: duration } }),
        axis({ type: 'value', gridIndex: 2, min: 0, max: Math.max(1, ...desired, ...alive), interval: 1 }),
      ],
      series: [
        ...kinds.map(({ name, color }, i) => ({
          type: 'line', name, stack: 'requests', xAxisIndex: 0, yAxisIndex: 0, showSymbol: false, step: 'end', data: points([good, late, failed][i], binSeconds),
          lineStyle: { color, width: 0 }, areaStyle: { color, opacity: 0.6 }, itemStyle: { color },
        })),
        {
          type: 'line', xAxisIndex: 1, yAxisIndex: 1, showSymbol: false, data: answered,
          lineStyle: { color: colour('text'), width: 1.2 }, itemStyle: { color: colour('text') },
        },
        {
          type: 'line', xAxisIndex: 1, yAxisIndex: 1, showSymbol: false, data: [[0, sloMs], [Math.ceil(seconds), sloMs]],
          lineStyle: { color: colour('bad'), width: 1.2, type: 'dotted' }, itemStyle: { color: colour('bad') },
        },
        ...counts.map(({ name, color, type, width, values }) => ({
          type: 'line', name, xAxisIndex: 2, yAxisIndex: 2, showSymbol: false, step: 'end', data: points(values, sampleSeconds),
          lineStyle: { color, type, width }, itemStyle: { color },
        })),
      ],
    },
  };
};
