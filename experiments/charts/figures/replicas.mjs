import { axis, base, colour, isChallenger, legend, lineOf, title } from '../theme.mjs';

// A trace: requests that come, the replicas that policies have for them, and the requests that are not answered in time.
export const replicas = ({ policies, binSeconds, offered, runs }) => {
  const seconds = binSeconds * offered.length;
  const isLong = seconds > 7200;
  const unit = isLong ? 3600 : 60;
  const panels = [
    { name: 'requests a second', top: 62, height: 90 },
    { name: 'replicas', top: 190, height: 150 },
    { name: 'requests a second that are not answered in time', top: 378, height: 110 },
  ];
  const points = values => values.map((value, i) => [+((i + 1) * binSeconds / unit).toFixed(3), value]);
  const most = Math.max(1, ...runs.flatMap(run => run.replicas));
  return {
    width: 980,
    height: 530,
    option: {
      ...base(),
      legend: legend(policies),
      title: panels.map(panel => title(panel.name, 60, panel.top - 20)),
      grid: panels.map(({ top, height }) => ({ left: 60, width: 890, top, height })),
      xAxis: panels.map((_, i) => axis({
        type: 'value', gridIndex: i, min: 0, max: seconds / unit, splitLine: false, axisLabel: { show: i === 2 },
        name: i === 2 ? (isLong ? 'h' : 'min') : '', nameLocation: 'end', nameGap: 6,
      })),
      yAxis: panels.map((_, i) => axis({
        type: 'value', gridIndex: i, min: 0, splitNumber: 3, ...(i === 1 ? { max: Math.ceil(most * 1.05), minInterval: 1 } : {}),
      })),
      series: [
        {
          type: 'line', xAxisIndex: 0, yAxisIndex: 0, showSymbol: false, data: points(offered),
          lineStyle: { color: colour('muted'), width: 1 }, areaStyle: { color: colour('muted'), opacity: 0.25 }, itemStyle: { color: colour('muted') },
        },
        ...runs.flatMap(run => [of(run.name, 1, run.replicas, 'end'), of(run.name, 2, run.bad)]),
      ],
    },
  };

  function of(name, index, values, step) {
    return {
      type: 'line', name, xAxisIndex: index, yAxisIndex: index, showSymbol: false, step, data: points(values),
      lineStyle: lineOf(name), itemStyle: { color: colour(name) }, z: isChallenger(name) ? 4 : 2,
    };
  }
};
