//! What a server says of an error.

use serde_json::Value;

/// A server's word that it will not answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// The HTTP status it amounts to, when it came inside a reply of status 200 and says so.
    pub(crate) status: Option<u16>,
    /// Its words, uncut: they may hold the key.
    pub(crate) message: String,
    /// A word for programs, such as `model_not_found`.
    pub(crate) code: Option<String>,
}

impl Complaint {
    /// Reads the body of an error in the forms there are: `{"error": {"message", "code"}}`,
    /// `{"error": "..."}`, `{"message"}`, `{"detail"}`, or plain text.
    pub(crate) fn of_body(body: &str) -> Self {
        let plain = || Self {
            message: body.to_owned(),
            ..Self::default()
        };
        let Ok(value) = serde_json::from_str::<Value>(body) else {
            return plain();
        };
        // Some wrap the object in a list.
        let value = value.get(0).unwrap_or(&value);
        Self::of_value(value.get("error").unwrap_or(value)).unwrap_or_else(plain)
    }

    /// Reads what lies under `error`; `None` when it holds no words.
    pub(crate) fn of_value(error: &Value) -> Option<Self> {
        if let Some(text) = error.as_str() {
            return Some(Self {
                message: text.to_owned(),
                ..Self::default()
            });
        }
        let message = ["message", "detail"].iter().find_map(|name| {
            let said = error.get(name).filter(|said| !said.is_null())?;
            // FastAPI puts a list there of what is wrong with a request, and some wrap that in an object.
            Some(
                said.as_str()
                    .map_or_else(|| said.to_string(), str::to_owned),
            )
        })?;
        let code = ["code", "type"]
            .iter()
            .find_map(|name| error.get(name)?.as_str().map(str::to_owned));
        let status = error
            .get("code")
            .and_then(Value::as_u64)
            .and_then(|status| u16::try_from(status).ok())
            .filter(|status| (400..600).contains(status));
        Some(Self {
            status,
            message,
            code,
        })
    }

    /// Whether its words hold one of these, in whatever case.
    pub(crate) fn mentions(&self, words: &[&str]) -> bool {
        let lower = self.message.to_lowercase();
        words.iter().any(|word| lower.contains(word))
    }
}

/// The first 300 characters on one line.
pub(crate) fn one_line(text: &str) -> String {
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((at, _)) = line.char_indices().nth(300) {
        line.truncate(at);
        line.push_str("...");
    }
    if line.is_empty() {
        line.push_str("it gave no reason");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complaints_are_understood_in_every_form() {
        for (body, message, code) in [
            (
                r#"{"error":{"message":"no such model","code":"model_not_found"}}"#,
                "no such model",
                Some("model_not_found"),
            ),
            (
                r#"{"error":{"message":"slow","type":"busy","code":null}}"#,
                "slow",
                Some("busy"),
            ),
            (r#"{"error":"plain"}"#, "plain", None),
            (r#"{"detail":"Not Found"}"#, "Not Found", None),
            (
                r#"{"detail":[{"loc":["body","seed"],"msg":"extra"}]}"#,
                r#"[{"loc":["body","seed"],"msg":"extra"}]"#,
                None,
            ),
            (
                r#"{"object":"error","message":{"detail":"extra"},"code":null}"#,
                r#"{"detail":"extra"}"#,
                None,
            ),
            (
                r#"[{"error":{"message":"wrong","code":400}}]"#,
                "wrong",
                None,
            ),
            (
                r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
                "Overloaded",
                Some("overloaded_error"),
            ),
            (
                "<html>\n  bad gateway</html>",
                "<html> bad gateway</html>",
                None,
            ),
            ("", "it gave no reason", None),
        ] {
            let said = Complaint::of_body(body);
            assert_eq!(
                (one_line(&said.message).as_str(), said.code.as_deref()),
                (message, code),
                "{body}"
            );
        }
        assert_eq!(one_line(&"x".repeat(1000)).len(), 303);
    }

    #[test]
    fn a_status_inside_a_reply_is_read() {
        let status = |code: Value| {
            Complaint::of_value(&serde_json::json!({"message": "m", "code": code}))
                .unwrap()
                .status
        };
        assert_eq!(status(400.into()), Some(400));
        assert_eq!(status(7.into()), None);
        assert_eq!(status("x".into()), None);
    }

    proptest::proptest! {
        #[test]
        fn no_body_panics(body in ".{0,200}") {
            let _ = one_line(&Complaint::of_body(&body).message);
        }
    }
}
