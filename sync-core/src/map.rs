//! Floor 0: reads what is written as a map with integer keys, as every paper and message is, and what is one of several.
//!
//! The derive of `minicbor` writes the reading of each field twice, for maps that say their length and for those that do
//! not, and its refusals once for each field; a phone downloads them all. Here each is written once.

use minicbor::{Decode, Decoder, data::Type, decode::Error};

/// Implements `Decode` for a struct that is written as a map, with the numbers of its `#[n(…)]`.
///
/// Numbers not known here are skipped, and so is a value of a kind not known here where the field may be absent.
macro_rules! reads_map {
    ($name:ident $(<$inside:ident>)? { $($n:literal: $field:ident $(with $read:path)?),+ $(,)? }) => {
        impl<'b, C, $($inside: minicbor::Decode<'b, C>)?> minicbor::Decode<'b, C> for $name $(<$inside>)? {
            fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
                let at = d.position();
                let mut left = d.map()?;
                $(let mut $field = None;)+
                while $crate::map::another(d, &mut left)? {
                    let read = match d.i64()? {
                        $($n => reads_map!(@read d ctx $field $($read)?),)+
                        _ => d.skip(),
                    };
                    read?;
                }
                match ($(reads_map!(@there C $field $($read)?),)+) {
                    ($(Some($field),)+) => Ok(Self { $($field),+ }),
                    _ => Err($crate::map::incomplete(stringify!($name), at)),
                }
            }
        }
    };
    (@read $d:ident $ctx:ident $field:ident) => { $crate::map::read($d, $ctx, &mut $field) };
    (@read $d:ident $ctx:ident $field:ident $read:path) => { $read($d, $ctx).map(|value| $field = Some(value)) };
    (@there $c:ident $field:ident) => { $crate::map::there::<$c, _>($field) };
    (@there $c:ident $field:ident $read:path) => { $field };
}

/// Implements `Decode` for an enum that is written as its number and its fields, with the numbers of its `#[n(…)]`.
///
/// Fields not known here are skipped, as in a map.
macro_rules! reads_enum {
    ($name:ident { $($n:literal: $variant:ident
        $(($($place:ident),+))?
        $({ $($field:ident $(with $read:path)?),+ })?
    ),+ $(,)? }) => {
        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
                let fields = &mut $crate::map::Fields::begin(d, stringify!($name), &[$($n),+])?;
                // Where no field is read, nothing is passed on to it.
                let _ = &ctx;
                let read = match fields.number {
                    $($n => {
                        $($(let $place = fields.next(d, ctx)?;)+)?
                        $($(let $field = reads_enum!(@next fields d ctx $($read)?);)+)?
                        Self::$variant $(($($place),+))? $({ $($field),+ })?
                    })+
                    number => return Err(minicbor::decode::Error::unknown_variant(number)),
                };
                fields.end(d)?;
                Ok(read)
            }
        }
    };
    (@next $fields:ident $d:ident $ctx:ident) => { $fields.next($d, $ctx)? };
    (@next $fields:ident $d:ident $ctx:ident $read:path) => { $fields.next_by($d, |d| $read(d, $ctx))? };
}

/// The fields of one of several, read in their order.
pub(crate) struct Fields {
    /// Which one it is.
    pub(crate) number: i64,
    name: &'static str,
    at: usize,
    left: Option<u64>,
}

impl Fields {
    /// Reads up to the fields; what is not one of `known` is told before its fields are touched, so they can be skipped.
    pub(crate) fn begin(d: &mut Decoder<'_>, name: &'static str, known: &[i64]) -> Result<Self, Error> {
        let at = d.position();
        if d.array()? != Some(2) {
            return Err(Error::message("a number and fields are wanted").with_message(name).at(at));
        }
        let number = d.i64()?;
        if !known.contains(&number) {
            return Err(Error::unknown_variant(number).at(at));
        }
        Ok(Self { number, name, at, left: d.array()? })
    }

    /// Reads the next field.
    pub(crate) fn next<'b, C, T: Decode<'b, C>>(
        &mut self,
        d: &mut Decoder<'b>,
        ctx: &mut C,
    ) -> Result<T, Error> {
        let mut field = None;
        if self.another(d)? {
            read(d, ctx, &mut field)?;
        }
        there::<C, T>(field).ok_or_else(|| incomplete(self.name, self.at))
    }

    /// The same, read in a way of its own.
    pub(crate) fn next_by<'b, T>(
        &mut self,
        d: &mut Decoder<'b>,
        read: impl FnOnce(&mut Decoder<'b>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.another(d)? { read(d) } else { Err(incomplete(self.name, self.at)) }
    }

    /// Skips what is not known here.
    pub(crate) fn end(&mut self, d: &mut Decoder<'_>) -> Result<(), Error> {
        while self.another(d)? {
            d.skip()?;
        }
        Ok(())
    }

    fn another(&mut self, d: &mut Decoder<'_>) -> Result<bool, Error> {
        let goes_on = another(d, &mut self.left)?;
        if !goes_on {
            self.left = Some(0);
        }
        Ok(goes_on)
    }
}

/// Whether the map goes on; `left` is how many entries it still says it has.
pub(crate) fn another(d: &mut Decoder<'_>, left: &mut Option<u64>) -> Result<bool, Error> {
    match left {
        Some(0) => Ok(false),
        Some(left) => {
            *left -= 1;
            Ok(true)
        }
        None if d.datatype()? == Type::Break => d.skip().map(|()| false),
        None => Ok(true),
    }
}

/// Reads one field.
pub(crate) fn read<'b, C, T: Decode<'b, C>>(
    d: &mut Decoder<'b>,
    ctx: &mut C,
    field: &mut Option<T>,
) -> Result<(), Error> {
    match T::decode(d, ctx) {
        Ok(value) => *field = Some(value),
        Err(error) if error.is_unknown_variant() && T::nil().is_some() => d.skip()?,
        Err(error) => return Err(error),
    }
    Ok(())
}

/// What was read, or the nothing that stands for an absent field.
pub(crate) fn there<'b, C, T: Decode<'b, C>>(field: Option<T>) -> Option<T> {
    field.or_else(T::nil)
}

/// A field that must be there is not.
pub(crate) fn incomplete(name: &'static str, at: usize) -> Error {
    Error::message("a field is missing").with_message(name).at(at)
}

#[cfg(test)]
mod tests {
    use minicbor::{Encode, Encoder};

    #[derive(Debug, PartialEq, Encode)]
    #[cbor(map)]
    struct Line {
        #[n(0)]
        name: u8,
        #[n(2)]
        sum: Option<u8>,
    }

    reads_map!(Line { 0: name, 2: sum });

    #[test]
    fn what_is_not_known_is_skipped_and_what_may_be_absent_is() {
        let mut e = Encoder::new(Vec::new());
        e.map(2).and_then(|e| e.u8(7)?.array(1)?.str("new")?.u8(0)?.u8(5)).expect("into memory");
        let read: Line = minicbor::decode(e.writer()).expect("a line");
        assert_eq!(read, Line { name: 5, sum: None });
    }

    #[test]
    fn a_map_that_does_not_say_its_length_is_read_too() {
        let mut e = Encoder::new(Vec::new());
        e.begin_map().and_then(|e| e.u8(2)?.u8(9)?.u8(0)?.u8(5)?.end()).expect("into memory");
        let read: Line = minicbor::decode(e.writer()).expect("a line");
        assert_eq!(read, Line { name: 5, sum: Some(9) });
    }

    #[derive(Debug, PartialEq, Encode)]
    enum Way {
        #[n(0)]
        Foot,
        #[n(3)]
        Bus(#[n(0)] u8, #[n(1)] Option<u8>),
        #[n(4)]
        Train {
            #[n(0)]
            number: u8,
        },
    }

    reads_enum!(Way { 0: Foot, 3: Bus(a, b), 4: Train { number } });

    #[test]
    fn one_of_several_is_read_as_it_was_written() {
        for way in [Way::Foot, Way::Bus(7, None), Way::Bus(7, Some(8)), Way::Train { number: 9 }] {
            let written = minicbor::to_vec(&way).expect("into memory");
            assert_eq!(minicbor::decode::<Way>(&written).expect("a way"), way);
        }
        let longer = [0x82, 4, 0x9f, 9, 0x61, b'x', 0xff];
        assert_eq!(minicbor::decode::<Way>(&longer).expect("a way"), Way::Train { number: 9 });
        assert!(minicbor::decode::<Way>(&[0x82, 4, 0x80]).is_err());
    }

    #[test]
    fn one_that_is_not_known_leaves_its_fields_to_be_skipped() {
        let mut d = minicbor::Decoder::new(&[0x82, 9, 0x82, 1, 2, 5]);
        let error = d.decode::<Way>().expect_err("nobody knows nine");
        assert!(error.is_unknown_variant());
        d.skip().and_then(|()| d.u8()).map(|next| assert_eq!(next, 5)).expect("the next value");
    }

    #[test]
    fn a_missing_field_is_told_with_its_map() {
        let error = minicbor::decode::<Line>(&[0xa0]).expect_err("the name is missing");
        assert!(error.to_string().contains("Line"), "{error}");
    }
}
