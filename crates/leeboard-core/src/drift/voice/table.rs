//! The features' names, spreads and weights.
//!
//! Owns the numbers only. The rows stand in the order in which `features` measures. Spreads and
//! weights were fitted by `scripts/calibrate-drift/fit.py`, which prints this table; see there
//! for the data and the model. Four rows were set by hand and are marked so.

/// One feature of the voice.
pub(super) struct Feature {
    /// For people.
    pub(super) name: &'static str,
    /// Its standard deviation within a conversation, expected before one has shown its own.
    pub(super) spread: f64,
    /// What ln(1 + z^2) weighs where the reply lies above the usual.
    pub(super) above: f64,
    /// And where it lies below.
    pub(super) below: f64,
}

const fn feature(name: &'static str, spread: f64, above: f64, below: f64) -> Feature {
    Feature { name, spread, above, below }
}

/// The features in order.
#[rustfmt::skip]
pub(super) const FEATURES: [Feature; super::features::COUNT] = [
    feature("length", 0.635, 0.162, 0.650),
    feature("words per sentence", 0.365, 0.115, 0.083),
    feature("last sentence", 0.489, 0.042, 0.132),
    feature("shortest sentence", 0.779, 0.000, 0.041),
    feature("longest sentence", 0.296, 0.143, 0.250),
    feature("sentences that open with \"the\", \"this\", \"it\"", 0.169, 0.174, 0.212),
    feature("sentences that open with a clause", 0.169, 0.149, 0.140),
    feature("spread of word lengths", 0.287, 0.344, 0.000),
    feature("short words", 5.667, 0.000, 0.000),
    feature("contractions", 1.591, 0.096, 0.246),
    feature("possessives", 0.810, 0.196, 0.203),
    feature("commas", 2.975, 0.000, 0.231),
    feature("semicolons", 0.863, 0.082, 0.410),
    feature("colons", 1.509, 0.259, 0.600),
    feature("dashes", 1.115, 0.216, 0.710),
    feature("quotation marks", 2.693, 0.084, 0.292),
    feature("brackets", 0.928, 0.090, 0.987),
    feature("curly apostrophes", 1.588, 0.146, 0.636),
    feature("bold", 1.682, 0.207, 0.475),
    feature("capitals within sentences", 2.094, 0.000, 0.000),
    feature("list items", 0.244, 0.215, 0.368),
    feature("headings", 0.082, 0.000, 0.000),
    feature("paragraphs", 0.627, 0.097, 0.289),
    feature("words per paragraph", 0.457, 0.000, 0.000),
    feature("lines", 0.769, 0.113, 0.468),
    feature("words in -tion", 1.770, 0.163, 0.000),
    feature("words in -ance", 1.351, 0.000, 0.000),
    feature("words in -ic", 0.804, 0.104, 0.083),
    feature("words in -less", 0.263, 0.000, 0.000),
    feature("words in -ly", 1.806, 0.000, 0.210),
    feature("words in -ize", 0.905, 0.112, 0.000),
    feature("words in -ate", 0.866, 0.149, 0.000),
    feature("words in -ant", 1.209, 0.051, 0.000),
    feature("\"the\"", 2.397, 0.088, 0.398),
    feature("\"a\"", 2.223, 0.091, 0.227),
    feature("\"of\"", 1.379, 0.244, 0.206),
    feature("\"into\", \"to\"", 1.941, 0.253, 0.000),
    feature("\"by\", \"with\"", 1.416, 0.158, 0.000),
    feature("\"like\", \"than\"", 1.036, 0.093, 0.083),
    feature("\"and\"", 1.980, 0.360, 0.000),
    feature("\"or\"", 1.187, 0.170, 0.217),
    feature("\"if\"", 0.912, 0.143, 0.000),
    feature("\"because\", \"so\"", 0.581, 0.000, 0.106),
    feature("\"that\"", 1.116, 0.121, 0.000),
    feature("\"this\"", 0.725, 0.172, 0.185),
    feature("\"is\"", 1.643, 0.043, 0.254),
    feature("\"has\"", 0.525, 0.147, 0.000),
    feature("\"must\"", 0.923, 0.170, 0.000),
    feature("\"will\"", 0.675, 0.061, 0.000),
    feature("\"not\"", 1.184, 0.000, 0.272),
    feature("\"there\"", 0.650, 0.119, 0.000),
    feature("\"perhaps\"", 0.954, 0.000, 0.262),
    feature("\"become\"", 0.698, 0.067, 0.000),
    feature("\"remain\"", 0.913, 0.126, 0.000),
    feature("\"allow\"", 0.476, 0.161, 0.000),
    feature("first person", 2.695, 0.328, 0.000),
    feature("second person", 2.384, 0.139, 0.000),
    feature("\"we\"", 0.736, 0.140, 0.000),
    // Set by hand, about as high as the highest fitted: the recorded personas hardly have them, so
    // nothing could be fitted, but other personas are told by them.
    feature("casual words", 2.000, 0.500, 0.050),
    feature("stiff words", 3.000, 0.300, 0.000),
    feature("exclamation marks", 2.000, 0.500, 0.150),
    feature("emoji", 1.500, 0.500, 0.100),
];

/// What the z of each measure of novelty weighs.
pub(super) const NOVELTY_WEIGHTS: [f64; 3] = [0.452, 0.396, 0.345];

/// The evidence of a reply in which nothing is unusual.
pub(super) const BIAS: f64 = -4.49;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreads_are_positive_and_weights_not_negative() {
        for feature in &FEATURES {
            assert!(feature.spread > 0.0 && feature.above >= 0.0 && feature.below >= 0.0, "{}", feature.name);
        }
        assert!(NOVELTY_WEIGHTS.iter().all(|weight| *weight >= 0.0));
    }
}
