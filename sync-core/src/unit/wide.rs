//! Full-width figures (全角数字), as Chinese input methods and banks write them.

/// A full-width digit as the digit it is; everything else stays as it came.
///
/// Letters, points, commas and signs are the reader's own: a name, a sum and an account number each take others.
///
/// # Example
/// ```
/// use sync_core::unit::narrow_digit;
/// assert_eq!("第８，０号Ａ".chars().map(narrow_digit).collect::<String>(), "第8，0号Ａ");
/// ```
#[must_use]
pub fn narrow_digit(c: char) -> char {
    u32::from(c).checked_sub(u32::from('０')).and_then(|figure| char::from_digit(figure, 10)).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::narrow_digit;

    #[test]
    fn every_wide_digit_is_made_narrow_and_nothing_else() {
        let narrowed: String = "０１２３４５６７８９".chars().map(narrow_digit).collect();
        assert_eq!(narrowed, "0123456789");
        for c in ('\0'..=char::MAX).filter(|c| !('０'..='９').contains(c)) {
            assert_eq!(narrow_digit(c), c);
        }
    }
}
