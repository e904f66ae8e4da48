'use strict';
// The charts of the last quarter of an hour.

const KEPT_POINTS = 900;
const CHART_HEIGHT = 170;

const points = {at: [], rate: [], p50: [], p99: []};
let charts = null;

function addPoint(at, rate, p50, p99) {
  if (at <= points.at.at(-1)) return; // the history ends with the look that is told next
  points.at.push(at);
  points.rate.push(rate);
  points.p50.push(p50);
  points.p99.push(p99);
  if (points.at.length > KEPT_POINTS) Object.values(points).forEach((each) => each.shift());
}

/** Begins anew with what the console has kept. */
function startPoints(history) {
  Object.values(points).forEach((each) => { each.length = 0; });
  history.at.forEach((at, index) => addPoint(at, history.rate[index], history.p50[index], history.p99[index]));
}

const slowest = (found, name) => found.workers.reduce((most, each) => each[name] === null ? most : Math.max(most ?? 0, each[name]), null);

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function chart(target, series) {
  const axis = {stroke: color('--soft'), grid: {stroke: color('--line'), width: 1}, ticks: {show: false}};
  return new uPlot({
    width: target.clientWidth || 500, height: CHART_HEIGHT, legend: {live: false}, cursor: {y: false},
    axes: [axis, {...axis, size: 55}],
    scales: {y: {range: (plot, least, most) => [0, Math.max(most || 0, 1) * 1.1]}},
    series: [{label: 'time'}, ...series],
  }, [[], ...series.map(() => [])], target);
}

function draw() {
  if (!$('overview').clientWidth) return;
  charts ||= {
    rate: chart($('chart-rate'), [{label: 'results/s', stroke: color('--done'), width: 2, fill: color('--done') + '22'}]),
    latency: chart($('chart-latency'), [{label: 'p50', stroke: color('--accent'), width: 2}, {label: 'p99', stroke: color('--failed'), width: 2}]),
  };
  charts.rate.setData([points.at, points.rate]);
  charts.latency.setData([points.at, points.p50, points.p99]);
}

function resize() {
  for (const [each, target] of charts ? [[charts.rate, $('chart-rate')], [charts.latency, $('chart-latency')]] : []) {
    if (target.clientWidth && target.clientWidth !== each.width) each.setSize({width: target.clientWidth, height: CHART_HEIGHT});
  }
}

function redraw() {
  ['chart-rate', 'chart-latency'].forEach((each) => $(each).replaceChildren());
  charts = null;
  draw();
}
