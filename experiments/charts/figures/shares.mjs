import { axis, base, colour, legend, lineOf, title } from '../theme.mjs';

// An executor's share of the requests over time, while something happens to it: one panel a cell.
export const shares = ({ policies, panels, binMs, fromMs, untilMs, what }) => {
  const columns = 2;
  const places = panels.map((_, i) => ({ left: 60 + 470 * (i % columns), top: 60 + 195 * Math.floor(i / columns), width: 420, height: 120 }));
  return {
    width: 980,
    height: 60 + 195 * Math.ceil(panels.length / columns) - 10,
    option: {
      ...base(),
      legend: legend(policies),
      title: panels.map((panel, i) => title(panel.title, places[i].left, places[i].top - 20)),
      grid: places,
      xAxis: panels.map((panel, i) => axis({
        type: 'value', gridIndex: i, min: 10, max: 60, splitLine: false, name: 's', nameLocation: 'end', nameGap: 6,
      })),
      yAxis: panels.map((_, i) => axis({ type: 'value', gridIndex: i, min: 0, max: 1, interval: 0.5, axisLabel: { formatter: value => `${100 * value} %` } })),
      series: panels.flatMap((panel, i) => panel.policies.map((policy, j) => ({
        type: 'line', name: policy.name, xAxisIndex: i, yAxisIndex: i, showSymbol: false,
        data: policy.shares.map((share, bin) => [(bin + 0.5) * binMs / 1000, share]).filter(([second]) => second >= 10),
        lineStyle: lineOf(policy.name), itemStyle: { color: colour(policy.name) }, z: policy.name === 'mulambda' ? 4 : 2,
        markArea: j === 0 ? {
          silent: true, itemStyle: { color: colour('bad'), opacity: 0.09 }, label: { show: true, position: 'insideTop', color: colour('muted'), fontSize: 11, distance: 4 },
          data: [[{ name: what, xAxis: fromMs / 1000 }, { xAxis: untilMs / 1000 }]],
        } : undefined,
      }))),
    },
  };
};
