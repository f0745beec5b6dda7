import { axis, base, colour, duration, fontFamily, legend, logRange, title } from '../theme.mjs';

// Goodput and the slowest answers over load, a line a batch policy: sizes of fixed batches are colours, their timeouts dashes.
export const batching = ({ loads, offered, sloMs, policies }) => {
  const sizes = [...new Set(policies.filter(isFixed).map(policy => policy.items))];
  const timeouts = [...new Set(policies.filter(isFixed).map(policy => policy.timeoutMs))];
  const panels = [{ left: 70, top: 86, width: 400, height: 250 }, { left: 560, top: 86, width: 400, height: 250 }];
  const xAxis = i => axis({ type: 'value', gridIndex: i, min: 0, max: Math.max(...loads), name: 'load', nameGap: 26, splitLine: false });
  const slowest = logRange([...policies.flatMap(policy => policy.p99.filter(ms => ms !== null)), sloMs]);
  return {
    width: 980,
    height: 390,
    option: {
      ...base(),
      legend: legend([], {
        itemGap: 14,
        data: policies.map(policy => ({ name: policy.name, itemStyle: { color: lineOf(policy).color }, lineStyle: lineOf(policy) })),
      }),
      title: [title('answered within the objective, requests/s', panels[0].left, 62), title('99th percentile', panels[1].left, 62)],
      grid: panels,
      xAxis: panels.map((_, i) => xAxis(i)),
      yAxis: [
        axis({ type: 'value', gridIndex: 0, min: 0 }),
        axis({ type: 'log', gridIndex: 1, ...slowest, axisLabel: { formatter: duration } }),
      ],
      series: [
        {
          type: 'line', name: 'offered', xAxisIndex: 0, yAxisIndex: 0, showSymbol: false, data: loads.map((load, i) => [load, offered[i]]),
          lineStyle: { color: colour('muted'), width: 1, type: 'dotted' }, itemStyle: { color: colour('muted') },
        },
        ...policies.flatMap((policy, p) => [
          of(policy, 0, policy.goodput),
          {
            ...of(policy, 1, policy.p99),
            markLine: p === 0 ? {
              symbol: 'none', lineStyle: { color: colour('bad'), type: 'dashed' }, data: [{ yAxis: sloMs }],
              label: { formatter: `objective ${duration(sloMs)}`, position: 'insideStartTop', color: colour('bad'), fontSize: 11, fontFamily },
            } : undefined,
          },
        ]),
      ],
    },
  };

  function isFixed(policy) {
    return policy.policy === 'fixed';
  }

  function lineOf(policy) {
    if (!isFixed(policy)) {
      const names = { none: 'random', aimd: 'round-robin', adaptive: 'mulambda' };
      return { color: colour(names[policy.policy]), width: policy.policy === 'adaptive' ? 3 : 2, type: 'solid' };
    }

    return {
      color: colour(['node-2', 'node-3', 'node-4'][sizes.indexOf(policy.items) % 3]),
      width: 1.3,
      type: ['solid', 'dashed', 'dotted'][timeouts.indexOf(policy.timeoutMs) % 3],
    };
  }

  function of(policy, index, values) {
    return {
      type: 'line', name: policy.name, xAxisIndex: index, yAxisIndex: index, symbol: 'circle', symbolSize: policy.policy === 'adaptive' ? 5 : 3,
      data: values.map((value, i) => [loads[i], value]), lineStyle: lineOf(policy), itemStyle: { color: lineOf(policy).color },
      z: policy.policy === 'adaptive' ? 4 : 2,
    };
  }
};
