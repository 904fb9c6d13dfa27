//! What can be written as a parameter, and the texts that it becomes.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::string::ToString;
use alloc::vec;
use alloc::vec::Vec;

/// The texts of one key; none removes the key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Param(pub Vec<String>);

/// A value that can be written: text, a number, `bool`, `char`, a list of those, or an `Option`, whose `None` removes
/// the key as an empty list does.
///
/// ```
/// use tabstate::query_params::{IntoParam, Param};
///
/// assert_eq!(true.into_param(), Param(vec!["true".to_owned()]));
/// assert_eq!(vec![1, 2].into_param(), Param(vec!["1".to_owned(), "2".to_owned()]));
/// assert_eq!(None::<u8>.into_param(), Param(vec![]));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written as a query parameter",
    note = "write text, a number, a bool, a char, or a list of those"
)]
pub trait IntoParam {
    /// The texts to write.
    fn into_param(self) -> Param;
}

/// One text. The items of a list are texts, so a list inside a list does not compile.
pub trait IntoText {
    /// The text to write.
    fn into_text(self) -> String;
}

impl IntoText for String {
    fn into_text(self) -> String {
        self
    }
}

impl IntoText for &str {
    fn into_text(self) -> String {
        self.to_owned()
    }
}

impl IntoText for &String {
    fn into_text(self) -> String {
        self.clone()
    }
}

macro_rules! texts {
    ($($text:ty),*) => {$(
        impl IntoText for $text {
            fn into_text(self) -> String {
                self.to_string()
            }
        }
    )*};
}

texts!(bool, char, f32, f64, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

macro_rules! params {
    ($($text:ty),*) => {$(
        impl IntoParam for $text {
            fn into_param(self) -> Param {
                Param(vec![self.into_text()])
            }
        }
    )*};
}

params!(String, &str, &String, bool, char, f32, f64, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

impl IntoParam for Param {
    fn into_param(self) -> Param {
        self
    }
}

impl<T: IntoParam> IntoParam for Option<T> {
    fn into_param(self) -> Param {
        self.map_or_else(Param::default, T::into_param)
    }
}

impl<T: IntoText> IntoParam for Vec<T> {
    fn into_param(self) -> Param {
        Param(self.into_iter().map(T::into_text).collect())
    }
}

impl<T: IntoText, const N: usize> IntoParam for [T; N] {
    fn into_param(self) -> Param {
        Param(self.into_iter().map(T::into_text).collect())
    }
}

impl<T: IntoText + Clone> IntoParam for &[T] {
    fn into_param(self) -> Param {
        Param(self.iter().cloned().map(T::into_text).collect())
    }
}
