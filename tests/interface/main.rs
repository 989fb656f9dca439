//! The interface as it is written: colours, content policy and words, read from the sources and style sheets themselves.

mod policy;
mod sources;
mod theme;
mod words;
