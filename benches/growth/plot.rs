//! A plot of times over sizes, both by powers of ten.

use std::fmt::Write as _;

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 560.0;
/// Room for the axis at the left, and for names at the right.
const LEFT: f64 = 70.0;
const RIGHT: f64 = 270.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 50.0;

/// Least and most seconds shown, as powers of ten.
const DECADES: (i32, i32) = (-3, 3);

/// Colours that differ for colour-blind people, too (Okabe and Ito).
const COLORS: [&str; 9] = [
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8c6d00",
    "#7f7f7f",
];

fn y(seconds: f64) -> f64 {
    let (low, high) = (f64::from(DECADES.0), f64::from(DECADES.1));
    let part = (seconds.log10().clamp(low, high) - low) / (high - low);
    HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)
}

/// The plot as SVG.
pub fn svg(sizes: &[usize], series: &[(&str, Vec<f64>)]) -> String {
    let first = (sizes[0] as f64).log10();
    let last = (sizes[sizes.len() - 1] as f64).log10().max(first + 1.0);
    let x = |lines: usize| {
        LEFT + ((lines as f64).log10() - first) / (last - first) * (WIDTH - LEFT - RIGHT)
    };
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for decade in DECADES.0..=DECADES.1 {
        let at = y(10f64.powi(decade));
        let label = match decade {
            -3 => "1 ms".to_owned(),
            -2 => "10 ms".to_owned(),
            -1 => "0.1 s".to_owned(),
            _ => format!("{} s", 10i32.pow(decade.unsigned_abs())),
        };
        let _ = writeln!(
            out,
            "<path d=\"M{LEFT} {at:.1}H{}\" stroke=\"#ddd\"/><text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
            WIDTH - RIGHT,
            LEFT - 8.0,
            at + 4.0
        );
    }
    for &lines in sizes {
        let label = match lines {
            0..1_000_000 => format!("{} k", lines / 1000),
            _ => format!("{} M", lines / 1_000_000),
        };
        let _ = writeln!(
            out,
            "<path d=\"M{0:.1} {TOP}V{1}\" stroke=\"#eee\"/><text x=\"{0:.1}\" y=\"{2}\" text-anchor=\"middle\">{label}</text>",
            x(lines),
            HEIGHT - BOTTOM,
            HEIGHT - BOTTOM + 20.0
        );
    }
    let _ = writeln!(
        out,
        "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">lines of the table</text>",
        LEFT + (WIDTH - LEFT - RIGHT) / 2.0,
        HEIGHT - 10.0
    );
    // Names stand where their lines end, and make room for one another.
    let end = |n: usize| y(series[n].1.last().copied().unwrap_or(1.0));
    let mut order: Vec<usize> = (0..series.len()).collect();
    order.sort_by(|&a, &b| end(a).total_cmp(&end(b)));
    let mut free = TOP;
    for n in order {
        let (name, times) = &series[n];
        let color = COLORS[n % COLORS.len()];
        let points: Vec<String> = sizes
            .iter()
            .zip(times)
            .map(|(&lines, &seconds)| format!("{:.1},{:.1}", x(lines), y(seconds)))
            .collect();
        let at = end(n).max(free);
        free = at + 16.0;
        let right = x(sizes[times.len() - 1]);
        let _ = writeln!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>\n\
             <path d=\"M{right:.1} {:.1}L{:.1} {at:.1}\" stroke=\"{color}\" stroke-width=\"0.7\"/>\n\
             <text x=\"{:.1}\" y=\"{:.1}\" fill=\"{color}\">{name}</text>",
            points.join(" "),
            end(n),
            right + 12.0,
            right + 16.0,
            at + 4.0
        );
    }
    out + "</svg>\n"
}
