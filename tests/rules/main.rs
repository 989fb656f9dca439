//! Every rule of this part by itself: what it lets pass, and what it says when it does not.
//!
//! A small book, one gesture, and the code of what comes back. Each claim stands on the boundary of its rule, so that a
//! rule that is moved or left out turns one of them red.

mod arrival;
mod bag;
mod book;
mod cash;
mod closings;
mod confirmation;
mod customer;
mod held;
mod keeping;
mod limits;
mod month;
mod owed;
mod recovered;
mod sale;
mod standing;
mod statement;
mod visit;
