//! Random cases that are the same at every run.

use proptest::test_runner::{Config, RngSeed};

/// `cases` random cases, or as many as the environment variable `name` says. `PROPTEST_RNG_SEED=N` draws others.
pub fn cases(name: &str, cases: u32) -> Config {
    let given = std::env::var(name).ok();
    let config = Config::default();
    Config {
        cases: given.map_or(cases, |n| n.parse().expect(name)),
        failure_persistence: None,
        rng_seed: match config.rng_seed {
            RngSeed::Random => RngSeed::Fixed(0x9E37_79B9),
            seed => seed,
        },
        max_shrink_iters: 2000,
        ..config
    }
}
