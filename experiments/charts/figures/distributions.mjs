import { axis, base, colour, duration, legend, lineOf, logRange, title } from '../theme.mjs';

// How round trip and accuracy are distributed: the share of requests up to a value above, and boxes below on the same axis.
export const distributions = ({ policies }) => {
  const names = policies.map(policy => policy.name);
  const times = logRange(policies.flatMap(policy => [policy.roundTrip[0][0], policy.roundTripBox.at(-1)]));
  const [left, right] = [{ left: 130, width: 370 }, { left: 590, width: 370 }];
  const boxesTop = 330;
  const boxesHeight = 24 * names.length;
  const share = { type: 'value', min: 0, max: 1, interval: 0.25, axisLabel: { formatter: value => `${100 * value} %` } };
  const value = { type: 'log', ...times, axisLabel: { formatter: duration } };
  const most = Math.min(1, Math.ceil(10 * Math.max(0.1, ...policies.map(policy => policy.accuracyBox.at(-1)))) / 10);
  const confidence = { type: 'value', min: 0, max: most, axisLabel: { formatter: mark => String(+mark.toFixed(1)) } };
  const category = { type: 'category', data: names, inverse: true, splitLine: false };
  return {
    width: 980,
    height: boxesTop + boxesHeight + 45,
    option: {
      ...base(),
      legend: legend(names),
      title: [title('Round trip', left.left, 30), title('Accuracy (confidence of the answer)', right.left, 30)],
      grid: [
        { ...left, top: 52, height: 250 },
        { ...right, top: 52, height: 250 },
        { ...left, top: boxesTop, height: boxesHeight },
        { ...right, top: boxesTop, height: boxesHeight },
      ],
      xAxis: [
        axis({ ...value, gridIndex: 0, axisLabel: { show: false } }),
        axis({ ...confidence, gridIndex: 1, axisLabel: { show: false } }),
        axis({ ...value, gridIndex: 2 }),
        axis({ ...confidence, gridIndex: 3 }),
      ],
      yAxis: [
        axis({ ...share, gridIndex: 0, name: 'requests up to this', nameGap: 48 }),
        axis({ ...share, gridIndex: 1 }),
        axis({ ...category, gridIndex: 2 }),
        axis({ ...category, gridIndex: 3, axisLabel: { show: false } }),
      ],
      series: [
        ...policies.flatMap(policy => [line(policy, 0, policy.roundTrip, false), line(policy, 1, within(policy.accuracy), 'end')]),
        boxes(2, policy => policy.roundTripBox),
        boxes(3, policy => policy.accuracyBox),
      ],
    },
  };

  function line(policy, at, data, step) {
    return {
      type: 'line', name: policy.name, xAxisIndex: at, yAxisIndex: at, data, step, showSymbol: false, lineStyle: lineOf(policy.name),
      itemStyle: { color: colour(policy.name) }, z: policy.name === 'mulambda' ? 4 : 2, clip: true,
    };
  }

  // The steps end where the axis does.
  function within(steps) {
    return steps.map(([value, below]) => [Math.min(value, most), below]);
  }

  function boxes(at, of) {
    return {
      type: 'boxplot', xAxisIndex: at, yAxisIndex: at, boxWidth: [13, 13],
      data: policies.map(policy => ({ value: of(policy), itemStyle: { color: colour(policy.name), opacity: 0.8, borderColor: colour('text'), borderWidth: 1 } })),
    };
  }
};
