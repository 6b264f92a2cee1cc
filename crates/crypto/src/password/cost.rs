//! What a hash costs: the floor, and what this machine can bear.

use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};

use super::{SALT, TAG};

/// Argon2id parameters with one lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
}

/// The least that is acceptable: OWASP ASVS 5.0 appendix C, as of 2026-07.
pub const FLOOR: [Cost; 3] = [
    Cost { memory: 46 * 1024, passes: 1 },
    Cost { memory: 19 * 1024, passes: 2 },
    Cost { memory: 12 * 1024, passes: 3 },
];

impl Cost {
    /// The cheapest acceptable cost; what tests use.
    pub const LEAST: Self = Self { memory: 19 * 1024, passes: 2 };

    /// Whether this is at or above the floor.
    #[must_use]
    pub fn acceptable(self) -> bool {
        FLOOR.iter().any(|floor| self.passes >= floor.passes && self.memory >= floor.memory)
    }

    /// Finds the cost that takes about 150 to 250 ms here, never below the floor.
    #[must_use]
    pub fn calibrated() -> Self {
        let mut cost = Self { memory: 46 * 1024, passes: 1 };
        for candidate in [(46, 2), (64, 2), (64, 3), (128, 3)] {
            let next = Self { memory: candidate.0 * 1024, passes: candidate.1 };
            if next.measured() > Duration::from_millis(250) {
                break;
            }
            cost = next;
        }
        cost
    }

    fn measured(self) -> Duration {
        let Ok(params) = Params::new(self.memory, self.passes, 1, Some(TAG)) else {
            return Duration::MAX;
        };
        let mut memory = vec![Block::default(); params.block_count()];
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let start = Instant::now();
        let mut out = [0; TAG];
        match argon.hash_password_into_with_memory(
            b"calibration",
            &[0; SALT],
            &mut out,
            &mut memory,
        ) {
            Ok(()) => start.elapsed(),
            Err(_) => Duration::MAX,
        }
    }
}
