import { axis, base, colour, colourOfRun, duration, fontFamily, legendOfRuns, logRange } from '../theme.mjs';

// Latency by percentile: the share that took longer shrinks by a factor of ten from mark to mark.
export const latency = ({ runs, sloMs }) => {
  const shown = runs.map(run => ({ ...run, points: run.points.filter(([share]) => share < 1) }));
  const nines = Math.max(1, ...shown.flatMap(run => run.points.map(([share]) => tail(share))));
  return {
    width: 980,
    height: 340,
    option: {
      ...base(),
      legend: legendOfRuns(runs),
      grid: [{ left: 70, width: 880, top: 40, height: 240 }],
      xAxis: [axis({
        type: 'value', min: 0, max: nines, name: 'percentile', nameGap: 28,
        interval: 1, axisLabel: { formatter: nine => nine === 0 ? '0 %' : Number.isInteger(nine) ? `${+(100 - 100 / 10 ** nine).toFixed(nine)} %` : '' },
      })],
      yAxis: [axis({ type: 'log', ...logRange([...shown.flatMap(run => run.points.map(([, ms]) => ms)), sloMs ?? 0]), axisLabel: { formatter: duration } })],
      series: shown.map((run, i) => ({
        type: 'line', name: run.name, showSymbol: false, data: run.points.filter(([, ms]) => ms > 0).map(([share, ms]) => [tail(share), ms]),
        lineStyle: { color: colourOfRun(i), width: 2 }, itemStyle: { color: colourOfRun(i) },
        markLine: i === 0 && sloMs ? {
          symbol: 'none', lineStyle: { color: colour('bad'), type: 'dashed' }, data: [{ yAxis: sloMs }],
          label: { formatter: `SLO ${duration(sloMs)}`, position: 'insideStartTop', color: colour('bad'), fontSize: 11, fontFamily },
        } : undefined,
      })),
    },
  };
};

const tail = share => -Math.log10(1 - share);
