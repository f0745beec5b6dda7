import * as echarts from 'echarts';
import { colourNames } from './theme.mjs';

// Draws a chart as SVG for a page: colours become the page's variables, what only a browser's mouse would need goes away, and
// coordinates, but no texts, lose the digits that nobody sees.
export const draw = ({ width, height, option, label }) => {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    // Panels stay where they are put, so that those above each other have one axis.
    chart.setOption({ ...option, grid: option.grid.map(grid => ({ ...grid, outerBoundsMode: 'none' })) });
    return forPage(chart.renderToSVGString({ useViewBox: true }), width, height, label);
  } finally {
    chart.dispose();
  }
};

const escape = text => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

const forPage = (svg, width, height, label) => svg
  .replace(/<style[\s\S]*?<\/style>/g, '')
  .replace(/ (class|pointer-events)="[^"]*"/g, '')
  .replace(/ style="font-size:12px;font-family:[^"]*?;?"/g, '')
  .replace(/font-family:[^;"]*;/g, '')
  .replace(/#0a0b([0-9a-f]{2})/g, (_, index) => `var(--${colourNames[parseInt(index, 16) - 16]})`)
  .replace(/-?\d+\.\d{2,}(?=[^"<>]*")/g, number => String(Math.round(number * 10) / 10))
  .replace(/^<svg[^>]*>\s*(<rect[^>]*fill="none"[^>]*><\/rect>)?/,
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(label)}">`)
  .replace(/><\/(path|rect|circle|polyline|polygon|line)>/g, '/>')
  .replace(/\n+/g, '\n');
