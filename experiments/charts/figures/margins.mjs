import { axis, base, colour, fontFamily, title } from '../theme.mjs';

// By how much the challenger's utility is above the best published policy, cell by cell.
export const margins = ({ rows, streams, panels }) => {
  const columns = 2;
  const cell = 21;
  const height = cell * rows.length;
  const places = panels.map((_, i) => ({ left: 120 + 430 * (i % columns), top: 34 + (height + 70) * Math.floor(i / columns), width: 400, height }));
  return {
    width: 980,
    height: 34 + (height + 70) * Math.ceil(panels.length / columns),
    option: {
      ...base(),
      title: panels.map((panel, i) => title(panel.title, places[i].left, places[i].top - 22)),
      grid: places,
      xAxis: panels.map((_, i) => axis({
        type: 'category', gridIndex: i, data: streams, name: 'streams', nameGap: 26, splitLine: false, axisTick: { show: false }, axisLine: { show: false },
      })),
      yAxis: panels.map((_, i) => axis({
        type: 'category', gridIndex: i, data: rows, inverse: true, splitLine: false, axisTick: { show: false }, axisLine: { show: false },
        axisLabel: { show: i % columns === 0, interval: 0 },
      })),
      series: panels.map((panel, i) => ({
        type: 'custom', xAxisIndex: i, yAxisIndex: i, data: panel.cells, encode: { x: 0, y: 1 },
        renderItem: (_, api) => {
          const [x, y] = api.coord([api.value(0), api.value(1)]);
          const [width, height] = api.size([1, 1]);
          const value = api.value(2);
          return {
            type: 'rect',
            shape: { x: x - width / 2 + 0.5, y: y - height / 2 + 0.5, width: width - 1, height: height - 1, r: 2 },
            style: { fill: colour(value < -0.01 ? 'bad' : 'good'), fillOpacity: strength(value) },
            textContent: { style: { text: text(value), fill: colour('text'), fontSize: 10, fontFamily } },
            textConfig: { position: 'inside' },
          };
        },
      })),
    },
  };

  function strength(value) {
    return value < -0.01 ? Math.min(0.9, 0.35 + 4 * -value) : 0.1 + 0.75 * Math.min(1, Math.max(0, value) / 0.4);
  }

  function text(value) {
    return `${value < 0 ? '−' : ''}${Math.abs(value).toFixed(2).replace(/^0/, '')}`;
  }
};
