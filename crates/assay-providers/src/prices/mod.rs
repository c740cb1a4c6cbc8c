//! What tokens cost and how long contexts are, from files: ours, and the person's own, which wins.

mod estimate;

use std::path::{Path, PathBuf};

use assay_core::{ModelRef, Price};
use serde::{Deserialize, Serialize};

pub use estimate::{CostEstimate, PromptSize, Workload, estimate};

use crate::config_file::{ConfigFile, ConfigFileError};

const SHIPPED: &str = include_str!("../../prices.toml");
const FILE: &str = "prices.toml";
/// Models of these run on machines of one's own.
const FREE: &[&str] = &["local", "hf"];

/// What is known of a model before it is asked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelFacts {
    /// `None` when nobody has written it down.
    pub price: Option<Price>,
    /// Tokens of prompt and answer together.
    pub context_length: Option<u32>,
    /// When the price was so, as its file says: `2025-06`. `None` for what costs nothing.
    pub as_of: Option<String>,
}

/// The rows of both files.
#[derive(Debug, Clone, PartialEq)]
pub struct Prices {
    /// The person's own first.
    rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    provider: Option<String>,
    host: Option<String>,
    name: String,
    input: Option<f64>,
    output: Option<f64>,
    context_length: Option<u32>,
    as_of: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    model: Vec<Row>,
}

impl Prices {
    /// The file a person may write, with rows as in the one that ships.
    pub fn path(data_dir: &Path) -> PathBuf {
        data_dir.join(FILE)
    }

    /// The prices that ship, behind those of the person's own file where there is one.
    ///
    /// # Errors
    /// [`ConfigFileError`], which names the line and the field.
    pub fn load(data_dir: &Path) -> Result<Self, ConfigFileError> {
        let mut rows = match ConfigFile::open(&Self::path(data_dir))? {
            Some(file) => read(&file)?,
            None => Vec::new(),
        };
        rows.extend(Self::shipped()?.rows);
        Ok(Self { rows })
    }

    fn shipped() -> Result<Self, ConfigFileError> {
        let file = ConfigFile::parse(Path::new("the prices that ship"), SHIPPED.to_owned())?;
        Ok(Self { rows: read(&file)? })
    }

    /// What the files say of `model`. A model that runs on this machine costs nothing, unless the person's
    /// own file says otherwise. `None` when nothing is known of it.
    pub fn lookup(&self, model: &ModelRef) -> Option<ModelFacts> {
        let fitting = || self.rows.iter().filter(|row| row.fits(model));
        let priced = fitting().find_map(|row| Some((row.price()?, row.as_of.clone())));
        let (price, as_of) = match priced {
            Some((price, as_of)) => (Some(price), as_of),
            None if is_free(model) => (Some(FREE_OF_CHARGE), None),
            None => (None, None),
        };
        let facts = ModelFacts {
            price,
            context_length: fitting().find_map(|row| row.context_length),
            as_of,
        };
        (facts.price.is_some() || facts.context_length.is_some()).then_some(facts)
    }
}

const FREE_OF_CHARGE: Price = Price {
    input: 0.0,
    output: 0.0,
};

/// Ollama elsewhere may be somebody's service.
fn is_free(model: &ModelRef) -> bool {
    let here = |url: &str| {
        host_of(url).is_some_and(|host| {
            let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
            let address = name.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
            name == "localhost" || address.is_ok_and(|address| address.is_loopback())
        })
    };
    FREE.contains(&model.provider.as_str())
        || (model.provider == "ollama" && model.url.as_deref().is_none_or(here))
}

/// The host with its port, as it stands in a URL.
fn host_of(url: &str) -> Option<&str> {
    url.split_once("://")?.1.split(['/', '?', '#']).next()
}

impl Row {
    fn fits(&self, model: &ModelRef) -> bool {
        let there = match (&self.host, &self.provider) {
            (Some(host), _) => model
                .url
                .as_deref()
                .and_then(host_of)
                .is_some_and(|found| found.eq_ignore_ascii_case(host)),
            // A provider's prices are those of its own address.
            (None, Some(provider)) => {
                matches(provider, &model.provider)
                    && (model.url.is_none()
                        || FREE.contains(&model.provider.as_str())
                        || model.provider == "ollama")
            }
            (None, None) => false,
        };
        there && matches(&self.name, &model.name)
    }

    fn price(&self) -> Option<Price> {
        Some(Price {
            input: self.input?,
            output: self.output?,
        })
    }

    /// Which field does not hold, and why.
    fn problem(&self) -> Option<(&'static str, &'static str)> {
        let dollars =
            |value: Option<f64>| value.is_none_or(|value| value.is_finite() && value >= 0.0);
        if self.provider.is_some() == self.host.is_some() {
            return Some(("provider", "a row names either a provider or a host"));
        }
        if self.name.trim().is_empty() {
            return Some(("name", "it names no model"));
        }
        if !dollars(self.input) {
            return Some(("input", "it is no amount of dollars"));
        }
        if !dollars(self.output) {
            return Some(("output", "it is no amount of dollars"));
        }
        if self.input.is_some() != self.output.is_some() {
            return Some(("input", "a price has both input and output"));
        }
        if self.context_length == Some(0) {
            return Some(("context_length", "it is at least 1"));
        }
        if self.input.is_none() && self.context_length.is_none() {
            return Some(("name", "the row says neither a price nor a context length"));
        }
        None
    }
}

fn read(file: &ConfigFile) -> Result<Vec<Row>, ConfigFileError> {
    let Table { model: rows } = file.read()?;
    for (index, row) in rows.iter().enumerate() {
        if let Some((field, detail)) = row.problem() {
            return Err(file.invalid(&["model", &index.to_string(), field], detail));
        }
    }
    Ok(rows)
}

/// Whether `name` fits `pattern`, in which `*` stands for any characters. Letters count as equal in either case.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.to_lowercase(), name.to_lowercase());
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prices(own: &str) -> Result<Prices, ConfigFileError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(Prices::path(folder.path()), own).unwrap();
        Prices::load(folder.path())
    }

    fn price(prices: &Prices, model: &str) -> Option<(f64, f64)> {
        let price = prices.lookup(&model.parse().unwrap())?.price?;
        Some((price.input, price.output))
    }

    #[test]
    fn the_prices_that_ship_are_sound() {
        let shipped = Prices::shipped().unwrap();
        assert!(shipped.rows.len() > 30);
        for (index, row) in shipped.rows.iter().enumerate() {
            assert!(
                row.price().is_some() && row.context_length.is_some(),
                "{row:?}"
            );
            let date = row.as_of.as_deref().unwrap();
            let (year, month) = date.split_once('-').unwrap();
            assert!(
                (2025..2100).contains(&year.parse::<u32>().unwrap())
                    && (1..=12).contains(&month.parse::<u32>().unwrap()),
                "{row:?}"
            );
            // Not hidden behind a row before it.
            let model = ModelRef {
                provider: row.provider.clone().unwrap().replace('*', ""),
                name: row.name.replace('*', ""),
                url: None,
            };
            let first = shipped.rows.iter().position(|row| row.fits(&model));
            assert_eq!(first, Some(index), "{row:?} is never reached");
        }
    }

    #[test]
    fn a_models_price_is_that_of_the_first_row_that_fits() {
        let prices = prices("").unwrap();
        assert_eq!(
            price(&prices, "openai:gpt-4o-mini-2024-07-18"),
            Some((0.15, 0.6))
        );
        assert_eq!(price(&prices, "openai:gpt-4o"), Some((2.5, 10.0)));
        let facts = prices.lookup(&"anthropic:claude-3-haiku-20240307".parse().unwrap());
        let facts = facts.unwrap();
        assert_eq!(facts.context_length, Some(200_000));
        assert_eq!(facts.as_of.as_deref(), Some("2025-06"));
        assert_eq!(price(&prices, "openai:unheard-of"), None);
        assert_eq!(prices.lookup(&"openai:unheard-of".parse().unwrap()), None);
    }

    #[test]
    fn another_address_has_other_prices() {
        let prices =
            prices("[[model]]\nhost = \"lab.example:8080\"\nname = \"*\"\ninput = 1\noutput = 2\n")
                .unwrap();
        assert_eq!(
            price(&prices, "openai:gpt-4o@http://other.example/v1"),
            None
        );
        assert_eq!(
            price(&prices, "openai:gpt-4o@http://LAB.example:8080/v1"),
            Some((1.0, 2.0))
        );
        assert_eq!(price(&prices, "openai:gpt-4o"), Some((2.5, 10.0)));
    }

    #[test]
    fn what_runs_here_costs_nothing() {
        let prices = prices("").unwrap();
        for model in [
            "local:smollm2-135m",
            "hf:org/model",
            "ollama:qwen2.5-coder:7b",
            "ollama:a@http://127.0.0.1:11434",
            "ollama:a@http://localhost:1/x",
            "ollama:a@http://[::1]:11434",
        ] {
            assert_eq!(price(&prices, model), Some((0.0, 0.0)), "{model}");
        }
        assert_eq!(price(&prices, "ollama:a@https://gpu.example"), None);
        assert_eq!(price(&prices, "ollama:a@https://127.example"), None);
    }

    #[test]
    fn the_persons_own_rows_win_field_by_field() {
        let prices = prices(
            "[[model]]\nprovider = \"openai\"\nname = \"gpt-4o\"\ncontext_length = 1000\n\
             [[model]]\nprovider = \"openai\"\nname = \"gpt-4o-mini\"\ninput = 1.0\noutput = 2.0\nas_of = \"2026-01\"\n\
             [[model]]\nprovider = \"local\"\nname = \"*\"\ninput = 0.1\noutput = 0.2\n",
        )
        .unwrap();
        let facts = prices.lookup(&"openai:gpt-4o".parse().unwrap()).unwrap();
        assert_eq!(facts.context_length, Some(1000));
        assert_eq!(facts.price.unwrap().input, 2.5);
        let facts = prices
            .lookup(&"openai:gpt-4o-mini".parse().unwrap())
            .unwrap();
        assert_eq!(facts.context_length, Some(128_000));
        assert_eq!(facts.as_of.as_deref(), Some("2026-01"));
        assert_eq!(
            price(&prices, "local:a"),
            Some((0.1, 0.2)),
            "electricity, say"
        );
    }

    #[test]
    fn errors_name_file_line_and_field() {
        for (own, expected) in [
            (
                "[[model]]\nprovider = \"a\"\nname = \"b\"\ninput = -1\noutput = 1",
                "prices.toml, line 4, model.0.input: ",
            ),
            (
                "[[model]]\nprovider = \"a\"\nname = \"b\"\ninput = 1",
                "prices.toml, line 4, model.0.input: a price has both",
            ),
            (
                "[[model]]\nname = \"b\"",
                "prices.toml, line 1, model.0.provider: ",
            ),
            (
                "[[model]]\nprovider = \"a\"\nname = \"b\"\ninput = \"1\"",
                "prices.toml, line 4, model.0.input: invalid type",
            ),
            (
                "[[model]]\nprovider = \"a\"\nname = \"b\"\nprice = 1",
                "prices.toml, line 4, model.0.price: unknown field",
            ),
            (
                "[[model]]\nprovider = \"a\"\nname = \"b\"\ninput = nan\noutput = 1",
                "prices.toml, line 4, model.0.input: ",
            ),
        ] {
            let error = prices(own).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}\nhas no {expected}");
        }
    }

    #[test]
    fn stars_stand_for_any_characters() {
        for (pattern, name, fits) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("A*", "ab", true),
            ("*", "", true),
            ("a*b", "ab", true),
            ("a*b", "a-b-c", false),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "ac", false),
            ("*b", "ab", true),
            ("ab*b", "ab", false),
        ] {
            assert_eq!(matches(pattern, name), fits, "{pattern} {name}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_a_star_was_made_of_fits(before in "[a-c]{0,4}", middle in ".{0,6}", after in "[a-c]{0,4}") {
            let pattern = format!("{before}*{after}");
            let name = format!("{before}{middle}{after}");
            proptest::prop_assert!(matches(&pattern, &name));
        }
    }
}
