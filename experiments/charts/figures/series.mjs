import { axis, base, colour, duration, fontFamily, legend, lineOf, logRange, title } from '../theme.mjs';

// Round trip and accuracy as a run goes on: means over fiftieths of each stream's requests.
export const series = ({ policies, changes }) => {
  const names = policies.map(policy => policy.name);
  const grids = [{ left: 70, width: 400, top: 70, height: 190 }, { left: 550, width: 400, top: 70, height: 190 }];
  const most = Math.max(...policies.flatMap(policy => policy.accuracy));
  const progress = gridIndex => axis({
    type: 'value', min: 0, max: 100, gridIndex, name: "of each stream's requests", nameGap: 26, axisLabel: { formatter: '{value} %' }, splitLine: false,
  });
  return {
    width: 980,
    height: 318,
    option: {
      ...base(),
      legend: legend(names),
      title: [title('Mean round trip', 70, changes.length > 0 ? 30 : 50), title('Mean accuracy', 550, changes.length > 0 ? 30 : 50)],
      grid: grids,
      xAxis: [progress(0), progress(1)],
      yAxis: [
        axis({ type: 'log', gridIndex: 0, ...logRange(policies.flatMap(policy => policy.roundTrip)), axisLabel: { formatter: duration } }),
        axis({ type: 'value', gridIndex: 1, min: 0, max: Math.ceil(most * 10) / 10, axisLabel: { formatter: value => String(+value.toFixed(2)) } }),
      ],
      series: policies.flatMap(policy => [of(policy, 0, policy.roundTrip), of(policy, 1, policy.accuracy)]),
    },
  };

  function of(policy, at, values) {
    return {
      type: 'line', name: policy.name, xAxisIndex: at, yAxisIndex: at, showSymbol: false,
      data: values.map((value, i) => [100 * (i + 0.5) / values.length, value]),
      lineStyle: lineOf(policy.name), itemStyle: { color: colour(policy.name) }, z: policy.name === 'mulambda' ? 4 : 2,
      markLine: policy === policies[0] && changes.length > 0 ? {
        symbol: 'none', label: { show: true, position: 'end', align: 'left', padding: [0, 0, 0, -2], formatter: mark => changes[mark.dataIndex].label, color: colour('muted'), fontSize: 10, fontFamily },
        lineStyle: { color: colour('muted'), type: 'dotted' }, data: changes.map(change => ({ xAxis: 100 * change.at })),
      } : undefined,
    };
  }
};
