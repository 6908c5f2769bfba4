'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const colors = ['#103c8c', '#c2410c', '#15803d', '#7e22ce', '#be123c', '#0e7490', '#a16207', '#4b5563', '#db2777', '#65a30d'];
  const plot = document.getElementById('plot');
  const box = {left: 64, top: 16, right: 984, bottom: 420};
  const byId = id => document.getElementById(id);
  const off = new Set();
  let zoom = null;
  let drawn = null;

  const color = i => colors[i % colors.length];
  const node = (name, attributes, text) => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const show = value => Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-3)
    ? value.toExponential(2) : String(+value.toPrecision(5));
  const time = seconds => seconds >= 3600 ? (seconds / 3600).toFixed(2) + ' h' : seconds >= 60 ? (seconds / 60).toFixed(1) + ' min' : show(seconds) + ' s';

  for (const name of data.figures) {
    const option = document.createElement('option');
    option.value = name.key;
    option.textContent = name.words;
    byId('figure').append(option);
  }
  byId('figure').value = data.first;

  data.runs.forEach((run, i) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.run = run.name;
    const swatch = document.createElement('span');
    swatch.className = 'swatch';
    swatch.style.background = color(i);
    button.append(swatch, run.name);
    button.addEventListener('click', () => {
      if (!off.delete(i)) off.add(i);
      button.classList.toggle('off', off.has(i));
      draw();
    });
    byId('legend').append(button);
  });

  const smoothed = (points, share) => {
    if (share === 0) return points;
    let mean = null;
    let weight = 0;
    return points.map(([x, y]) => {
      mean = mean === null ? (1 - share) * y : share * mean + (1 - share) * y;
      weight = share * weight + (1 - share);
      return [x, mean / weight];
    });
  };

  const series = () => data.runs.map((run, i) => {
    const curve = run.curves[byId('figure').value];
    if (!curve || off.has(i)) return null;
    const x = curve[byId('axis').value];
    const points = x.map((at, k) => [at, curve.value[k]]).filter(p => p[1] !== null);
    return {i, run, points: smoothed(points, byId('smooth').value / 61)};
  }).filter(one => one && one.points.length);

  const ticks = (from, to) => {
    const step = 10 ** Math.floor(Math.log10((to - from) / 4));
    const wide = [1, 2, 5, 10].map(k => k * step).find(k => (to - from) / k <= 7);
    const all = [];
    for (let t = Math.ceil(from / wide) * wide; t <= to + wide * 1e-9 && all.length < 50; t += wide) all.push(t);
    return all;
  };

  function draw(cursor) {
    const all = series();
    plot.replaceChildren();
    if (!all.length) {
      plot.append(node('text', {x: 480, y: 220, 'text-anchor': 'middle'}, 'nothing to show: no run that is on has this figure'));
      drawn = null;
      return;
    }
    const log = byId('log').checked;
    const seen = all.flatMap(one => one.points.filter(p => (!zoom || (p[0] >= zoom[0] && p[0] <= zoom[1])) && (!log || p[1] > 0)));
    const xs = zoom || [Math.min(...all.map(one => one.points[0][0])), Math.max(...all.map(one => one.points.at(-1)[0]))];
    const values = seen.map(p => log ? Math.log10(p[1]) : p[1]);
    let low = values.reduce((a, b) => Math.min(a, b), Infinity);
    let high = values.reduce((a, b) => Math.max(a, b), -Infinity);
    if (!(high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high)))) { // constant, but for rounding
       low = (Number.isFinite(low) ? low : 0) - .5; high = low + 1; }
    const room = (high - low) * .05;
    low -= room;
    high += room;
    const width = xs[1] - xs[0] || 1;
    const toX = x => box.left + (x - xs[0]) / width * (box.right - box.left);
    const toY = y => box.bottom - ((log ? Math.log10(y) : y) - low) / (high - low) * (box.bottom - box.top);
    const seconds = byId('axis').value === 'elapsed';
    for (const t of ticks(low, high)) {
      const y = box.bottom - (t - low) / (high - low) * (box.bottom - box.top);
      plot.append(node('line', {x1: box.left, x2: box.right, y1: y, y2: y, stroke: '#d6dae3'}));
      plot.append(node('text', {x: box.left - 8, y: y + 4, 'text-anchor': 'end'}, show(log ? 10 ** t : t)));
    }
    for (const t of ticks(xs[0], xs[1] > xs[0] ? xs[1] : xs[0] + 1)) {
      plot.append(node('text', {x: toX(t), y: box.bottom + 20, 'text-anchor': 'middle'}, seconds ? time(t) : show(t)));
    }
    plot.append(node('text', {x: box.right, y: box.bottom + 36, 'text-anchor': 'end'}, seconds ? 'training time' : 'step'));
    const clip = node('clipPath', {id: 'inside'});
    clip.append(node('rect', {x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top}));
    plot.append(clip);
    for (const one of all) {
      const kept = one.points.filter(p => !log || p[1] > 0);
      plot.append(node('polyline', {
        class: 'curve', 'data-run': one.run.name, fill: 'none', stroke: color(one.i), 'stroke-width': 1.8, 'clip-path': 'url(#inside)',
        points: kept.map(p => toX(p[0]).toFixed(1) + ',' + toY(p[1]).toFixed(1)).join(' '),
      }));
      if (kept.length <= 60) {
        for (const p of kept.filter(q => q[0] >= xs[0] && q[0] <= xs[1])) {
          plot.append(node('circle', {cx: toX(p[0]), cy: toY(p[1]), r: 2.6, fill: color(one.i), 'clip-path': 'url(#inside)'}));
        }
      }
    }
    drawn = {all, xs, toX, toY, log, seconds};
    if (cursor !== undefined) mark(cursor);
  }

  function mark(x) {
    const at = drawn.xs[0] + (x - box.left) / (box.right - box.left) * (drawn.xs[1] - drawn.xs[0]);
    plot.append(node('line', {class: 'cursor', x1: x, x2: x, y1: box.top, y2: box.bottom, stroke: '#99a'}));
    const right = x > 700;
    drawn.all.forEach((one, line) => {
      const near = one.points.reduce((a, b) => Math.abs(b[0] - at) < Math.abs(a[0] - at) ? b : a);
      plot.append(node('text', {
        class: 'cursor', x: x + (right ? -8 : 8), y: box.top + 16 + 16 * line, 'text-anchor': right ? 'end' : 'start', style: 'fill:' + color(one.i),
      }, one.run.name + '  ' + show(near[1]) + ' at ' + (drawn.seconds ? time(near[0]) : 'step ' + near[0])));
    });
  }

  const place = event => {
    const area = plot.getBoundingClientRect();
    return Math.min(box.right, Math.max(box.left, (event.clientX - area.left) / area.width * 1000));
  };
  let from = null;
  plot.addEventListener('pointerdown', event => { from = place(event); });
  plot.addEventListener('pointermove', event => {
    if (!drawn) return;
    plot.querySelectorAll('.cursor').forEach(old => old.remove());
    const x = place(event);
    if (from !== null) {
      plot.append(node('rect', {class: 'cursor', x: Math.min(from, x), y: box.top, width: Math.abs(x - from), height: box.bottom - box.top, fill: '#103c8c', opacity: .1}));
    } else {
      mark(x);
    }
  });
  plot.addEventListener('pointerleave', () => plot.querySelectorAll('.cursor').forEach(old => old.remove()));
  window.addEventListener('pointerup', event => {
    if (from !== null && drawn) {
      const x = place(event);
      if (Math.abs(x - from) > 8) {
        const value = at => drawn.xs[0] + (at - box.left) / (box.right - box.left) * (drawn.xs[1] - drawn.xs[0]);
        zoom = [value(Math.min(from, x)), value(Math.max(from, x))];
        draw();
      }
    }
    from = null;
  });
  const whole = () => { zoom = null; draw(); };
  plot.addEventListener('dblclick', whole);
  byId('reset').addEventListener('click', whole);
  byId('axis').addEventListener('change', whole);
  for (const id of ['figure', 'smooth', 'log']) byId(id).addEventListener('input', () => draw());
  draw();
})();
