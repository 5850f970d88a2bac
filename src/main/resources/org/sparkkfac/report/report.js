// Draws the groups of charts whose figures stand in the element "figures", and redraws them when the reader chooses
// another axis, turns to dark or light, prints, or resizes the window.
(function () {
  'use strict';
  const groups = JSON.parse(document.getElementById('figures').textContent);
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const palette = {
    light: ['#0067a5', '#c8500a', '#00875f', '#a8478b', '#8a6d00'],
    dark: ['#5bb0f0', '#ff9350', '#35c796', '#e58cc6', '#d9bd45']
  };

  function short(value) {
    if (value === null || value === undefined) {
      return '–';
    }
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
      return value.toExponential(2);
    }
    return String(Number(value.toPrecision(4)));
  }

  function pointed(at) {
    return short(at.value);
  }

  function points(axis, values) {
    const all = [];
    values.forEach(function (value, i) {
      if (value !== null) {
        all.push([axis.values[i], value]);
      }
    });
    return all;
  }

  function option(chart, axis, ink, colours) {
    const stacked = chart.form === 'stacked';
    const text = { color: ink.soft, fontSize: 12 };
    const grid = { lineStyle: { color: ink.line } };
    return {
      animation: false,
      aria: { enabled: true },
      color: colours,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 8, right: 16, top: 34, bottom: 26, containLabel: true },
      legend: { top: 4, left: 0, icon: 'roundRect', itemWidth: 14, itemHeight: 4, textStyle: { color: ink.ink } },
      tooltip: {
        trigger: 'axis', confine: true, backgroundColor: ink.ground, borderColor: ink.line,
        textStyle: { color: ink.ink }, valueFormatter: short
      },
      // Of two axes of values ECharts stacks along the first, so that areas need one of categories.
      xAxis: Object.assign({
        name: axis.name, nameLocation: 'middle', nameGap: 24, nameTextStyle: text, axisLabel: text,
        splitLine: { show: false }, axisLine: grid
      }, stacked
        ? { type: 'category', boundaryGap: false, data: axis.values.map(short) }
        : { type: 'value', min: 'dataMin', max: 'dataMax', axisPointer: { label: { formatter: pointed } } }),
      yAxis: {
        type: chart.form === 'logarithmic' ? 'log' : 'value', scale: !stacked, splitLine: grid,
        axisLabel: { color: ink.soft, fontSize: 12, formatter: short }, min: chart.from, max: chart.to
      },
      series: chart.series.map(function (series) {
        const data = stacked ? series.values : points(axis, series.values);
        return {
          name: series.name, type: 'line', data: data, stack: stacked ? 'all' : undefined,
          areaStyle: stacked ? { opacity: 0.6 } : undefined, lineStyle: { width: stacked ? 0.5 : 1.75 },
          showSymbol: data.length <= 30, symbolSize: 5, sampling: stacked ? undefined : 'lttb'
        };
      })
    };
  }

  function drawn(section, group) {
    const figures = Array.from(section.querySelectorAll('figure'));
    const radios = Array.from(section.querySelectorAll('input[type=radio]'));
    let chosen = 0;
    let live = [];
    function draw(forPrint) {
      live.forEach(function (chart) { chart.dispose(); });
      const style = getComputedStyle(document.documentElement);
      const ink = {};
      ['ground', 'ink', 'soft', 'line'].forEach(function (name) {
        ink[name] = style.getPropertyValue('--' + name).trim();
      });
      const colours = dark.matches && !forPrint ? palette.dark : palette.light;
      live = figures.map(function (figure, i) {
        const chart = window.echarts.init(figure.querySelector('.chart'), null, { renderer: 'svg' });
        chart.setOption(option(group.charts[i], group.axes[chosen], ink, colours));
        return chart;
      });
    }
    figures.forEach(function (figure) { figure.hidden = false; });
    radios.forEach(function (radio, i) {
      radio.name = group.axes.map(function (axis) { return axis.name; }).join();
      radio.checked = i === chosen;
      radio.addEventListener('change', function () { chosen = i; draw(false); });
      radio.closest('fieldset').hidden = false;
    });
    return { draw: draw, resize: function () { live.forEach(function (chart) { chart.resize(); }); } };
  }

  const sections = Array.from(document.querySelectorAll('.charts')).map(function (section, i) {
    return drawn(section, groups[i]);
  });
  function drawAll(forPrint) {
    sections.forEach(function (section) { section.draw(forPrint); });
  }
  function resizeAll() {
    sections.forEach(function (section) { section.resize(); });
  }
  drawAll(false);
  dark.addEventListener('change', function () { drawAll(false); });
  window.addEventListener('resize', resizeAll);
  window.addEventListener('beforeprint', function () {
    drawAll(true);
    // Paper has another width, of which nobody tells: a drawing with a box of its own can be scaled to it.
    document.querySelectorAll('.chart svg').forEach(function (svg) {
      svg.setAttribute('viewBox', '0 0 ' + svg.getAttribute('width') + ' ' + svg.getAttribute('height'));
    });
  });
  window.addEventListener('afterprint', function () { drawAll(false); });
})();
