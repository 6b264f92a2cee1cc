//! Whether two lots of times could be one: the rank test of Mann and Whitney, and the order in which
//! the two take turns.

use crate::figures::number;

/// Numbers that nobody chose: xorshift64 (Marsaglia), good enough to shuffle by.
#[derive(Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) const fn new() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }

    /// A number below this one.
    pub(crate) fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % most.max(1)
    }
}

/// Each number twice, once for each side, in an order that no schedule of the machine follows.
pub(crate) fn order(count: usize) -> Vec<(usize, bool)> {
    let mut all: Vec<(usize, bool)> = (0..count).flat_map(|n| [(n, true), (n, false)]).collect();
    let mut chance = Chance::new();
    for place in (1..all.len()).rev() {
        all.swap(place, chance.below(place + 1));
    }
    all
}

/// How likely it is that two samples of one distribution differ as much as these: the two-sided
/// p-value, by the normal approximation, which is good from some twenty of each on.
pub(crate) fn likelihood(one: &[f64], two: &[f64]) -> f64 {
    let mut all: Vec<(f64, usize)> = one.iter().map(|time| (*time, 0)).collect();
    all.extend(two.iter().map(|time| (*time, 1)));
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut ranks_of_one = 0.0;
    let mut at = 0;
    while let Some((time, _)) = all.get(at) {
        // Equal times share the middle of their ranks.
        let equal = all.iter().skip(at).take_while(|other| other.0.total_cmp(time).is_eq()).count();
        let rank = number(at) + f64::midpoint(1.0, number(equal));
        let of_one = all.iter().skip(at).take(equal).filter(|(_, whose)| *whose == 0).count();
        ranks_of_one += rank * number(of_one);
        at += equal;
    }
    let (n, m) = (number(one.len()), number(two.len()));
    let u = ranks_of_one - n * (n + 1.0) / 2.0;
    let spread = (n * m * (n + m + 1.0) / 12.0).sqrt();
    if spread <= 0.0 {
        return 1.0;
    }
    beyond((u - n * m / 2.0).abs() / spread)
}

/// How much of a normal distribution lies further out than `z`, on both sides together
/// (Abramowitz and Stegun 7.1.26, right to seven digits).
fn beyond(z: f64) -> f64 {
    let x = z / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let terms = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592];
    let sum = terms.iter().fold(0.0, |sum, term| (sum + term) * t);
    (sum * (-x * x).exp()).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lot(count: u32, from: f64) -> Vec<f64> {
        // The golden ratio spreads them evenly and without order.
        (0..count).map(|n| from + (f64::from(n) * 0.618_033_988_749_895).fract()).collect()
    }

    #[test]
    fn a_normal_distribution_is_cut_where_tables_say() {
        for (z, p) in [(0.0, 1.0), (1.0, 0.317_311), (1.959_964, 0.05), (2.575_829, 0.01)] {
            assert!((beyond(z) - p).abs() < 1e-5, "{z}");
        }
    }

    #[test]
    fn the_same_are_likely_the_same_and_shifted_ones_are_not() {
        assert!(likelihood(&lot(1000, 0.0), &lot(1000, 0.0)) > 0.99);
        assert!(likelihood(&lot(1000, 0.0), &lot(1001, 0.0)) > 0.5);
        assert!(likelihood(&lot(1000, 0.0), &lot(1000, 0.05)) < 0.01);
        assert!(likelihood(&lot(1000, 0.05), &lot(1000, 0.0)) < 0.01);
        assert!(likelihood(&[], &lot(9, 0.0)) > 0.99);
        assert!(likelihood(&[1.0; 50], &[1.0; 50]) > 0.99);
    }
}
