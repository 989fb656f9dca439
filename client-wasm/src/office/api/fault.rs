//! What may stand in the way of an answer, with the sentence for it.
//!
//! Floor: office/api. This module must not know what was asked.

use serde::Deserialize;

use crate::ui::t;

/// What the server says about one field of what was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct FieldProblem {
    /// The field's name.
    pub(crate) field: String,
    /// The stable code.
    pub(crate) code: String,
    /// The sentence, in the language asked for.
    pub(crate) detail: String,
}

/// A problem document (RFC 9457) as this server writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Problem {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The stable code.
    pub(crate) code: String,
    /// A short name of the problem.
    pub(crate) title: String,
    /// The sentence, in the language asked for.
    pub(crate) detail: String,
    /// The clause of the regulation behind it.
    pub(crate) clause: Option<String>,
    /// The field it is about.
    pub(crate) field: Option<String>,
    /// How often the password may still be tried.
    pub(crate) tries_left: Option<u32>,
    /// One by one, where several fields are concerned.
    pub(crate) errors: Vec<FieldProblem>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The server was not reached.
    Unreachable,
    /// Something was to be done, and no answer came: nobody knows whether it was.
    Unanswered,
    /// The sign-in has run out.
    SignedOut,
    /// The server says why not.
    Problem(Box<Problem>),
    /// The answer could not be read.
    Unreadable {
        /// The HTTP status.
        status: u16,
        /// What was wrong with it.
        why: String,
    },
}

impl Fault {
    /// One sentence for a person.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::Unreachable => t!("faults-unreachable"),
            Self::Unanswered => t!("faults-unanswered"),
            Self::SignedOut => t!("faults-signed-out"),
            Self::Problem(problem) if !problem.detail.is_empty() => problem.detail.clone(),
            Self::Problem(problem) if !problem.title.is_empty() => problem.title.clone(),
            Self::Problem(_) | Self::Unreadable { .. } => t!("faults-unreadable"),
        }
    }

    /// The stable code, to tell on.
    pub(crate) fn code(&self) -> String {
        match self {
            Self::Unreachable => "net.unreachable".to_owned(),
            Self::Unanswered => "net.unanswered".to_owned(),
            Self::SignedOut => "session.over".to_owned(),
            Self::Problem(problem) if !problem.code.is_empty() => problem.code.clone(),
            Self::Problem(problem) => format!("http.{}", problem.status),
            Self::Unreadable { status, why } => format!("http.{status} {why}"),
        }
    }

    /// Whether the server says that nobody is signed in.
    pub(crate) fn is_refusal(&self) -> bool {
        match self {
            Self::SignedOut => true,
            Self::Problem(problem) => problem.status == 401,
            Self::Unreadable { status, .. } => *status == 401,
            Self::Unreachable | Self::Unanswered => false,
        }
    }

    /// The sentence about one field, where the problem names it.
    pub(crate) fn about(&self, field: &str) -> Option<String> {
        let Self::Problem(problem) = self else {
            return None;
        };
        let one = problem.errors.iter().find(|error| error.field == field);
        let whole = problem.field.as_deref() == Some(field);
        one.map(|error| error.detail.clone()).or_else(|| whole.then(|| problem.detail.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Problem};

    fn problem(json: &str) -> Fault {
        let problem: Problem = serde_json::from_str(json).expect("a problem document");
        Fault::Problem(Box::new(problem))
    }

    #[test]
    fn the_servers_own_sentence_and_code_are_shown() {
        let fault =
            problem(r#"{"status":401,"code":"session.wrong-password","detail":"口令不对","tries_left":4}"#);
        assert_eq!(fault.sentence(), "口令不对");
        assert_eq!(fault.code(), "session.wrong-password");
    }

    #[test]
    fn only_a_401_says_that_nobody_is_signed_in() {
        assert!(Fault::SignedOut.is_refusal());
        assert!(problem(r#"{"status":401}"#).is_refusal());
        for other in [problem(r#"{"status":503}"#), problem(r#"{"status":429}"#), Fault::Unreachable] {
            assert!(!other.is_refusal(), "{other:?}");
        }
        assert!(!Fault::Unreadable { status: 502, why: String::new() }.is_refusal());
    }

    #[test]
    fn a_sentence_finds_its_field() {
        let fault =
            problem(r#"{"detail":"两处","errors":[{"field":"bank","code":"x","detail":"请填开户行"}]}"#);
        assert_eq!(fault.about("bank").as_deref(), Some("请填开户行"));
        assert_eq!(fault.about("number"), None);
    }
}
