import { axis, base, colour, isChallenger, legend, title } from '../theme.mjs';

// What share of requests is missed for how many replicas: a panel a trace, a point a policy and model.
export const tradeoff = ({ policies, target, panels }) => {
  const columns = 3;
  const least = 1e-5;
  const places = panels.map((_, i) => ({ left: 70 + 305 * (i % columns), top: 62 + 250 * Math.floor(i / columns), width: 265, height: 180 }));
  return {
    width: 980,
    height: 62 + 250 * Math.ceil(panels.length / columns),
    option: {
      ...base(),
      legend: legend(policies),
      title: panels.map((panel, i) => title(panel.title, places[i].left, places[i].top - 20)),
      grid: places,
      xAxis: panels.map((_, i) => axis({
        type: 'value', gridIndex: i, min: 0, max: 1.05, interval: 0.25, name: 'replica-seconds, of the most', nameGap: 26,
        axisLabel: { formatter: value => `${Math.round(100 * value)} %`, showMaxLabel: false },
      })),
      yAxis: panels.map((_, i) => axis({
        type: 'log', gridIndex: i, min: least, max: 1, name: i % columns === 0 ? 'not in time' : '', nameGap: 50,
        axisLabel: { formatter: value => value <= least ? '0' : `${+(100 * value).toPrecision(2)} %` },
      })),
      series: panels.flatMap((panel, i) => policies.map((policy, p) => ({
        type: 'scatter', name: policy, xAxisIndex: i, yAxisIndex: i, symbolSize: isChallenger(policy) ? 11 : 8,
        data: panel.points.filter(point => point.policy === policy).map(point => [point.replicas, Math.max(least, point.missed)]),
        itemStyle: { color: colour(policy), opacity: 0.8 }, z: isChallenger(policy) ? 4 : 2,
        markLine: p === 0 ? {
          symbol: 'none', label: { show: false }, lineStyle: { color: colour('muted'), type: 'dotted' }, data: [{ yAxis: target }],
        } : undefined,
      }))),
    },
  };
};
