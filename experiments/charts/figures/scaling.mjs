import { axis, base, colour, duration, legend, lineOf, logRange, title } from '../theme.mjs';

// Mean round trip and utility as streams are added: a column for each size and network.
export const scaling = ({ policies, streams, panels }) => {
  const gap = 12;
  const width = (890 - gap * (panels.length - 1)) / panels.length;
  const left = i => 70 + i * (width + gap);
  const times = logRange(panels.flatMap(panel => panel.policies.flatMap(policy => policy.roundTrip)));
  const highest = Math.max(1, ...panels.flatMap(panel => panel.policies.flatMap(policy => policy.utility)));
  const rows = [{ top: 62, height: 170 }, { top: 252, height: 150 }];
  const at = (row, i) => row * panels.length + i;
  return {
    width: 980,
    height: 450,
    option: {
      ...base(),
      legend: legend(policies),
      title: panels.map((panel, i) => title(panel.title, left(i), 36)),
      grid: rows.flatMap(row => panels.map((_, i) => ({ ...row, left: left(i), width }))),
      xAxis: rows.flatMap((_, row) => panels.map((_, i) => axis({
        type: 'log', gridIndex: at(row, i), min: Math.min(...streams), max: Math.max(...streams, Math.min(...streams) + 1), splitLine: false,
        name: row === 1 ? 'streams' : '', nameGap: 26,
        axisTick: { customValues: streams }, axisLabel: { show: row === 1, customValues: streams.filter((_, s) => s % 2 === streams.length % 2 || streams.length < 6 || streams[s] === 1), formatter: value => String(value) },
      }))),
      yAxis: rows.flatMap((_, row) => panels.map((_, i) => row === 0
        ? axis({ type: 'log', gridIndex: at(row, i), ...times, name: i === 0 ? 'mean round trip' : '', nameGap: 50, axisLabel: { show: i === 0, formatter: duration } })
        : axis({ type: 'value', gridIndex: at(row, i), min: 0, max: Math.ceil(highest * 5) / 5, interval: 0.2, name: i === 0 ? 'utility' : '', nameGap: 50, axisLabel: { show: i === 0, formatter: value => String(+value.toFixed(1)) } }))),
      series: panels.flatMap((panel, i) => panel.policies.flatMap(policy => [
        of(policy, at(0, i), policy.roundTrip),
        of(policy, at(1, i), policy.utility),
      ])),
    },
  };

  function of(policy, index, values) {
    return {
      type: 'line', name: policy.name, xAxisIndex: index, yAxisIndex: index, data: values.map((value, i) => [streams[i], value]),
      symbol: 'circle', symbolSize: policy.name === 'mulambda' ? 5 : 3.5, lineStyle: lineOf(policy.name), itemStyle: { color: colour(policy.name) },
      z: policy.name === 'mulambda' ? 4 : 2,
    };
  }
};
