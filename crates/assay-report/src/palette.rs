//! Colours, shared by screen and paper: a figure carries the hex of each mark, so the window never
//! chooses one itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// A categorical colour in both themes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct MarkColor {
    /// Place in [`CATEGORICAL`], `None` for what is greyed.
    pub slot: Option<u8>,
    /// `#rrggbb` on a light ground, and on paper.
    pub light: String,
    /// `#rrggbb` on a dark ground.
    pub dark: String,
}

/// Eight colours after Okabe and Ito (2008), which stay apart under the common kinds of colour
/// blindness; (light, dark). On its ground each has a contrast of at least 3:1, which Okabe and
/// Ito's own yellow, orange and sky blue do not have on white: these are darker.
pub const CATEGORICAL: [(&str, &str); 8] = [
    ("#0072b2", "#4aa8e8"),
    ("#d55e00", "#f58b45"),
    ("#008f68", "#35c49a"),
    ("#b5548f", "#e094c3"),
    ("#a87900", "#e6b22e"),
    ("#3c93c9", "#93d1f5"),
    ("#5b4fb0", "#a79bf0"),
    ("#7d6a4f", "#cbb692"),
];

/// What is not significant, or incomplete: (light, dark).
pub const MUTED: (&str, &str) = ("#808893", "#8b94a0");

/// A colour: (light, dark).
pub type Shade = (&'static str, &'static str);
/// A ground, and the ink that stands on it.
pub type Ground = (Shade, Shade);

/// Grounds for shares, from few to many, each with its ink. One hue, so that order is seen, also by who does not see colours.
pub const SHARES: [Ground; 5] = [
    (("#edf3f8", "#1f2a33"), ("#1b1f24", "#e8eaed")),
    (("#cfe1ef", "#234459"), ("#1b1f24", "#e8eaed")),
    (("#9ec7e3", "#2c6284"), ("#1b1f24", "#ffffff")),
    (("#2a76ad", "#6fb7e3"), ("#ffffff", "#0b151c")),
    (("#0f4f7d", "#b5dcf6"), ("#ffffff", "#0b151c")),
];

/// Grounds of what is better, worse and neither, with their inks.
pub const BETTER: Ground = (("#b9dbf0", "#1c4f70"), ("#0b2a3d", "#e4f3fd"));
pub const WORSE: Ground = (("#f7d3b5", "#6d3a14"), ("#3d1f06", "#fdeee2"));
pub const NEITHER: Ground = (("#eef0f2", "#272c32"), ("#59626d", "#a3abb6"));

/// A pair of colours that is none of the categorical ones.
pub fn shade((light, dark): Shade) -> MarkColor {
    MarkColor {
        slot: None,
        light: light.to_owned(),
        dark: dark.to_owned(),
    }
}

impl MarkColor {
    /// The colour of a slot; slots beyond the eighth begin anew.
    pub fn of_slot(slot: u8) -> Self {
        let slot = slot % CATEGORICAL.len() as u8;
        let (light, dark) = CATEGORICAL[usize::from(slot)];
        Self {
            slot: Some(slot),
            light: light.to_owned(),
            dark: dark.to_owned(),
        }
    }

    pub fn muted() -> Self {
        Self {
            slot: None,
            light: MUTED.0.to_owned(),
            dark: MUTED.1.to_owned(),
        }
    }
}

/// Which model (or strategy, or language) has which colour slot. Give the same assignment to every
/// figure, and the same model has the same colour everywhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Colors {
    slots: BTreeMap<String, u8>,
}

impl Colors {
    /// Slots in the order of the names, from the first; a name that comes again keeps its slot.
    pub fn in_order<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        let mut slots = BTreeMap::new();
        for name in names {
            let next = (slots.len() % CATEGORICAL.len()) as u8;
            slots.entry(name.into()).or_insert(next);
        }
        Self { slots }
    }

    /// Slots for names that are shown together, where nothing else assigns them: each gets the slot
    /// that its name alone decides, and the next free one where another has it.
    pub fn apart<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: BTreeSet<&str> = names.into_iter().collect();
        let mut taken = [false; CATEGORICAL.len()];
        let mut slots = BTreeMap::new();
        for name in names {
            if taken.iter().all(|t| *t) {
                taken.fill(false);
            }
            let mut slot = usize::from(slot_of_name(name));
            while taken[slot] {
                slot = (slot + 1) % CATEGORICAL.len();
            }
            taken[slot] = true;
            slots.insert(name.to_owned(), slot as u8);
        }
        Self { slots }
    }

    /// The colour of a name; of an unknown one, a slot that depends on nothing but the name.
    pub fn of(&self, name: &str) -> MarkColor {
        let slot = self
            .slots
            .get(name)
            .copied()
            .unwrap_or_else(|| slot_of_name(name));
        MarkColor::of_slot(slot)
    }
}

/// A slot that depends on nothing but the name: FNV-1a, stable across versions and machines, unlike the
/// standard hasher.
fn slot_of_name(name: &str) -> u8 {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    (hash % CATEGORICAL.len() as u32) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance (WCAG 2.2).
    fn luminance(hex: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.040_45 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (a, b) = (luminance(one), luminance(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_colour_stands_out_on_its_ground() {
        for (light, dark) in CATEGORICAL.into_iter().chain([MUTED]) {
            assert!(contrast(light, "#ffffff") >= 3.0, "{light}");
            assert!(contrast(dark, "#16191e") >= 3.0, "{dark}");
        }
    }

    #[test]
    fn what_stands_on_a_ground_can_be_read() {
        for (ground, ink) in SHARES.into_iter().chain([BETTER, WORSE, NEITHER]) {
            assert!(contrast(ground.0, ink.0) >= 4.5, "{ground:?}");
            assert!(contrast(ground.1, ink.1) >= 4.5, "{ground:?}");
        }
    }

    #[test]
    fn shares_grow_darker_on_paper_and_lighter_on_a_dark_ground() {
        for pair in SHARES.windows(2) {
            assert!(luminance(pair[0].0.0) > luminance(pair[1].0.0));
            assert!(luminance(pair[0].0.1) < luminance(pair[1].0.1));
        }
    }

    #[test]
    fn a_name_keeps_its_colour() {
        let colors = Colors::in_order(["a", "b", "a", "c"]);
        assert_eq!(colors.of("a").slot, Some(0));
        assert_eq!(colors.of("c").slot, Some(2));
        assert_eq!(colors.of("unknown"), Colors::default().of("unknown"));
    }

    #[test]
    fn up_to_eight_shown_together_never_share_a_colour() {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let colors = Colors::apart(names);
        let slots: BTreeSet<Option<u8>> = names.iter().map(|n| colors.of(n).slot).collect();
        assert_eq!(slots.len(), 8);
    }
}
