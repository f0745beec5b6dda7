import { axis, base, colourOfNode, legend, title } from '../theme.mjs';

// Requests in flight per node over time, one panel a policy, all with the same height: who herds fills one colour.
export const load = ({ policies, nodes }) => {
  const columns = 3;
  const most = Math.max(...policies.flatMap(policy => policy.inFlight[0].map((_, bin) => policy.inFlight.reduce((sum, node) => sum + node[bin], 0))));
  const panels = policies.map((_, i) => ({ left: 50 + 320 * (i % columns), top: 56 + 190 * Math.floor(i / columns), width: 270, height: 120 }));
  return {
    width: 980,
    height: 56 + 190 * Math.ceil(policies.length / columns) - 10,
    option: {
      ...base(),
      legend: legend([], {
        icon: 'rect', itemHeight: 10,
        data: nodes.map((name, node) => ({ name, itemStyle: { color: colourOfNode(node) }, lineStyle: { color: colourOfNode(node) } })),
      }),
      title: policies.map((policy, i) => title(policy.name, panels[i].left, panels[i].top - 20)),
      grid: panels,
      xAxis: policies.map((policy, i) => axis({
        type: 'value', gridIndex: i, min: 0, max: policy.binMs * policy.inFlight[0].length / 1000, name: 's', nameLocation: 'end', nameGap: 6,
        splitLine: false, splitNumber: 4, axisLabel: { formatter: value => String(+value.toFixed(1)), showMaxLabel: false },
      })),
      yAxis: policies.map((_, i) => axis({ type: 'value', gridIndex: i, min: 0, max: Math.ceil(most), splitNumber: 3, axisLabel: { showMaxLabel: false } })),
      series: policies.flatMap((policy, i) => nodes.map((name, node) => ({
        type: 'line', name, xAxisIndex: i, yAxisIndex: i, stack: `policy-${i}`, showSymbol: false, step: 'end',
        data: policy.inFlight[node].map((value, bin) => [+(bin * policy.binMs / 1000).toFixed(3), value]),
        lineStyle: { width: 0 }, areaStyle: { color: colourOfNode(node), opacity: 0.85 }, itemStyle: { color: colourOfNode(node) },
      }))),
    },
  };
};
