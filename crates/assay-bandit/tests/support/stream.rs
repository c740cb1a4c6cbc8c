//! Contexts and rewards that Python makes, too, to the last bit: whole numbers, and sums and products in one order. The
//! same is in `tests/fixtures/stream.py`.

/// Rounds of contexts in `[-1, 1)` and rewards in `[0, 1]`, one an arm.
pub struct Stream {
    state: u64,
    dimension: usize,
    /// `weights[arm][i]`.
    weights: Vec<Vec<f64>>,
}

impl Stream {
    pub fn new(seed: u64, dimension: usize, arms: usize) -> Self {
        let mut stream = Self {
            state: seed,
            dimension,
            weights: Vec::new(),
        };
        stream.weights = (0..arms)
            .map(|_| (0..dimension).map(|_| stream.number()).collect())
            .collect();
        stream
    }

    /// The next number in `[-1, 1)` (splitmix64, Steele et al. 2014).
    fn number(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        (z >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }

    /// A context, whose first number is 1, and the reward of each arm in it: linear, with noise, cut off at 0 and 1.
    pub fn round(&mut self) -> (Vec<f64>, Vec<f64>) {
        let mut context: Vec<f64> = (0..self.dimension).map(|_| self.number()).collect();
        context[0] = 1.0;
        let rewards = (0..self.weights.len())
            .map(|arm| {
                let mut sum = 0.0;
                for (weight, x) in self.weights[arm].iter().zip(&context) {
                    sum += weight * x;
                }
                let noise = self.number();
                (0.5 + 0.25 * sum + 0.1 * noise).clamp(0.0, 1.0)
            })
            .collect();
        (context, rewards)
    }
}
